using OrleansSie.Silo.Configuration;
using OrleansSie.Silo.Web;
using Xunit;

namespace OrleansSie.Tests.Hosting;

public sealed class LandingPageTests
{
    [Theory]
    [InlineData("Project <strong>one</strong>.", "one")]
    [InlineData("Projects <strong>one</strong>, <strong>example.com:two</strong>.", "one", "example.com:two")]
    public void EveryWatchedProject_IsNamed(string expected, params string[] projects)
    {
        var options = new SieOptions
        {
            IsLocal = false,
            ProjectName = projects[0],
            Projects =
            [
                .. projects.Select(name => new ProjectOptions
                {
                    Name = name,
                    InstanceCreationSubscriptionName = "creations",
                    InstanceInterruptionSubscriptionName = "interruptions",
                }),
            ],
        };

        Assert.Contains(expected, LandingPage.Html(options), StringComparison.Ordinal);
    }
}
