using System.Net;
using System.Net.Http.Json;
using CdAutomation.Triggers.Requests;
using CdAutomation.Triggers.Tests.Stage;
using Microsoft.Data.Sqlite;

namespace CdAutomation.Triggers.Tests.Requests;

/// <summary>Two questions that anybody may ask.</summary>
public sealed class HealthTests
{
    [Test]
    public async Task Alive_is_200_whatever_is_down()
    {
        await using var house = await House.OpenWithoutPoliciesAsync();
        house.Trouble.TakeTheJournalAway();
        house.Http.DefaultRequestHeaders.Authorization = null;
        Assert.That((await house.Http.GetAsync("/healthz")).StatusCode, Is.EqualTo(HttpStatusCode.OK));
    }

    [TestCase("/readyz")]
    [TestCase("/-/ready")]
    public async Task Ready_is_200_when_the_journal_and_policies_are_there(string path)
    {
        await using var house = await House.OpenAsync();
        house.Http.DefaultRequestHeaders.Authorization = null;
        using var answer = await house.Http.GetAsync(path);
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That((await answer.Content.ReadFromJsonAsync(ApiJson.Default.Readiness))!.Ready, Is.True);
    }

    [Test]
    public async Task Ready_is_503_and_names_the_policies_that_are_missing()
    {
        await using var house = await House.OpenWithoutPoliciesAsync();
        Assert.That(await DownAsync(house), Is.EqualTo(new[] { "policies" }));
    }

    [Test]
    public async Task Ready_is_503_and_names_the_journal_that_is_away_without_telling_why()
    {
        await using var house = await House.OpenAsync();
        house.Trouble.TakeTheJournalAway();
        Assert.That(await DownAsync(house), Is.EqualTo(new[] { "journal", "policies" }));
        Assert.That(await (await house.Http.GetAsync("/readyz")).Content.ReadAsStringAsync(), Does.Not.Contain("the disk is gone"));
    }

    [Test]
    public async Task Ready_is_503_and_says_that_the_journal_can_be_read_but_not_written()
    {
        var store = "";
        await using var house = await House.OpenAsync(options =>
        {
            store = options.Store;
            return options;
        });
        using var holder = new SqliteConnection($"Data Source={store};Pooling=False");
        await holder.OpenAsync();
        await using (holder.BeginTransaction(deferred: false))
        {
            Assert.That(await DownAsync(house), Is.EqualTo(new[] { "journal" }));
            var told = await (await house.Http.GetAsync("/readyz")).Content.ReadAsStringAsync();
            Assert.That(told, Does.Contain("write lock").And.Contain("503").And.Not.Contain(store));
        }

        Assert.That((await house.Http.GetAsync("/readyz")).StatusCode, Is.EqualTo(HttpStatusCode.OK));
    }

    private static async Task<IEnumerable<string>> DownAsync(House house)
    {
        using var answer = await house.Http.GetAsync("/readyz");
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.ServiceUnavailable));
        var readiness = (await answer.Content.ReadFromJsonAsync(ApiJson.Default.Readiness))!;
        Assert.That(readiness.Checks.Where(check => !check.Ok).Select(check => check.Detail), Has.All.Not.Null);
        return readiness.Checks.Where(check => !check.Ok).Select(check => check.Name);
    }
}
