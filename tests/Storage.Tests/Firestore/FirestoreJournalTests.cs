using CdAutomation.Delivery;

namespace CdAutomation.Storage.Tests.Firestore;

[TestFixture]
[Category("Firestore")]
public sealed class FirestoreJournalTests : JournalContract
{
    protected override IJournal Open() => Emulator.NewJournal();
}

[TestFixture]
[Category("Firestore")]
public sealed class FirestoreFailureTests : FailureContract
{
    protected override IFailures Open() => Emulator.NewJournal();
}
