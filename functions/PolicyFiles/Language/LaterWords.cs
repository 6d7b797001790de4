using CdAutomation.PolicyFiles.Nodes;

namespace CdAutomation.PolicyFiles.Language;

/// <summary>
/// The words of the language that this version understands but does not carry out (<see cref="Domain.Policies.NotCarriedOut"/>). Their
/// content is checked like any other; a stage that has one takes nothing, and whoever writes it is told at once.
/// </summary>
internal static class LaterWords
{
    extension(ProblemList problems)
    {
        /// <summary>Warns of a word.</summary>
        /// <param name="at">Where it stands.</param>
        /// <param name="what">As in the reasons of the domain, e.g. <c>'notify.slack'</c>.</param>
        /// <param name="stage">Name of the stage that takes nothing.</param>
        public void Later(Position at, string what, string stage) => problems.Warning(at, "policy.later",
            $"{what} is understood, but this version does not carry it out yet; stage {stage} takes nothing until then");
    }
}
