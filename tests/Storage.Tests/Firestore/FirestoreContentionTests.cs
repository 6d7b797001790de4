using CdAutomation.Delivery;
using CdAutomation.Storage.Firestore;

namespace CdAutomation.Storage.Tests.Firestore;

[TestFixture]
[Category("Firestore")]
public sealed class FirestoreContentionTests : ContentionContract
{
    private FirestoreJournal _open = null!;

    protected override IJournal Journal => _open;

    protected override int Increments => 300;

    [SetUp]
    public void Opens() => _open = Emulator.NewJournal();
}
