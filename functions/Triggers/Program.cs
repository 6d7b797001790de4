using CdAutomation.Triggers;
using Google.Cloud.Functions.Hosting;

return await EntryPoint.StartAsync(typeof(Startup).Assembly, args);
