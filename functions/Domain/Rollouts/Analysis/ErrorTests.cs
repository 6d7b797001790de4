namespace CdAutomation.Domain.Rollouts.Analysis;

/// <summary>What is asked of the errors.</summary>
internal static class ErrorTests
{
    /// <summary>A quarter more errors than the stable has, and one more in a thousand requests, are no regression.</summary>
    private static readonly Tolerance Tolerated = new(1.25, 0.001);

    /// <summary>Is the error rate above the policy's limit?</summary>
    public static SequentialTest Limit(Comparison seen, decimal limit) => SequentialTest.Limit(
        "analysis.errors.limit",
        $"the canary failed in {seen.Canary.Errors} requests, and at most {limit:0.####%} are allowed",
        from it in seen.Periods where it.Canary is not null select it.Canary!.Errors, (double)limit);

    /// <summary>Is the error rate above the stable revision's, in the same periods?</summary>
    public static SequentialTest Worse(Comparison seen)
    {
        (Share, Share)[] periods =
        [
            .. from it in seen.Periods
               where it.Canary is not null && it.Stable is not null
               select (it.Canary!.Errors, it.Stable!.Errors),
        ];
        return SequentialTest.Of(
            "analysis.errors.worse",
            $"the canary failed in {seen.Canary.Errors} requests and the stable revision in {seen.Stable.Errors}, and {Tolerated} are no difference",
            more => SequentialTest.Worse(periods, Tolerated, more));
    }
}
