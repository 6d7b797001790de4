using System.Net;
using System.Net.Sockets;

namespace CdAutomation.LocalCloud.Containers;

/// <summary>Gives out free ports of 127.0.0.1, never the same one twice at a time.</summary>
internal sealed class LoopbackPorts
{
    private readonly Lock _gate = new();
    private readonly HashSet<int> _lent = [];

    /// <summary>
    /// A port that was free a moment ago. Another program may take it before the container does; that start then fails like one of a
    /// container that cannot listen, and can be tried again.
    /// </summary>
    public int Borrow()
    {
        lock (_gate)
        {
            while (true)
            {
                using var probe = new TcpListener(IPAddress.Loopback, 0);
                probe.Start();
                var port = ((IPEndPoint)probe.LocalEndpoint).Port;
                if (_lent.Add(port)) return port;
            }
        }
    }

    public void Return(int port)
    {
        lock (_gate) _lent.Remove(port);
    }
}
