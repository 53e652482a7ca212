using OrleansSie.Silo.Configuration;
using Xunit;

namespace OrleansSie.Tests.Configuration;

/// <summary>Several projects: the list beside the original's <c>project_name</c>.</summary>
public sealed class ProjectTests
{
    private const string Name =
        "a project's id, not its number: lower-case letters, digits and '-', beginning with a letter, such as example-project";

    private const string TwoMore = """
        project_name: one
        pubsub:
          instance_creation_subscription_name: made
        projects:
          - name: two
            instance_creation_subscription_name: born
            instance_interruption_subscription_name: projects/hub/subscriptions/lost
          - name: three

        """;

    [Fact]
    public void List_BesideTheOriginalsKeys_ComesAfterThem()
    {
        var options = Loading.Load(TwoMore);

        Assert.Equal(["one", "two", "three"], options.Projects.Select(project => project.Name));
        Assert.Equal("one", options.ProjectName);
        Assert.Equal(
            [
                "projects/one/subscriptions/made", "projects/one/subscriptions/sie-interruption-subscription",
                "projects/two/subscriptions/born", "projects/hub/subscriptions/lost",
                "projects/three/subscriptions/made", "projects/three/subscriptions/sie-interruption-subscription",
            ],
            options.Subscriptions);
        Assert.Contains("Project two: projects/two/subscriptions/born, projects/hub/subscriptions/lost", StartLines.Of(options));
    }

    [Fact]
    public void ProjectName_Alone_IsTheOnlyProject()
    {
        var options = Loading.Load(Loading.Minimal);

        Assert.Equal([options.PubSub.Project], options.Projects);
        Assert.Equal(options.PubSub.Project.Subscriptions, options.Subscriptions);
        Assert.Single(StartLines.Of(options), line => line.StartsWith("Project ", StringComparison.Ordinal));
    }

    [Fact]
    public void Options_MadeWithoutALoader_HaveTheirOneProject() =>
        Assert.Equal(["local-project"], new SieOptions().Projects.Select(project => project.Name));

    [Fact]
    public void List_WithoutProjectName_HasTheFirstProject()
    {
        var options = Loading.Load("projects: [{ name: two, instance_creation_subscription_name: born }]");

        Assert.False(options.IsLocal);
        Assert.Equal(("two", "two", "born"), (options.ProjectName, options.PubSub.ProjectName, options.PubSub.InstanceCreationSubscriptionName));
        Assert.Equal(["two"], options.Projects.Select(project => project.Name));
    }

    [Fact]
    public void Variables_GoBeforeTheSameEntryAndAddOthers()
    {
        var options = Loading.Load(
            TwoMore,
            ("SIE__PROJECTS__0__NAME", "second"),
            ("SIE__PROJECTS__2__NAME", "four"),
            ("sie__projects__2__instance_creation_subscription_name", "four-made"));

        Assert.Equal(["one", "second", "three", "four"], options.Projects.Select(project => project.Name));
        Assert.Equal("projects/second/subscriptions/born", options.Projects[1].Subscriptions[0]);
        Assert.Equal("projects/four/subscriptions/four-made", options.Projects[3].Subscriptions[0]);
    }

    [Fact]
    public void Variables_Alone_AreACompleteConfiguration()
    {
        var options = Loading.Load(null, ("SIE__PROJECTS__0__NAME", "a-project"), ("KUBERNETES_SERVICE_HOST", "10.0.0.1"));

        Assert.False(options.IsLocal);
        Assert.Equal(["a-project"], options.Projects.Select(project => project.Name));
    }

    [Fact]
    public void Projects_OnOneSubscription_PullItOnce()
    {
        var options = Loading.Load("""
            project_name: hub
            projects:
              - name: two
                instance_creation_subscription_name: &all projects/hub/subscriptions/all
                instance_interruption_subscription_name: *all
            pubsub: { instance_creation_subscription_name: all, instance_interruption_subscription_name: all }
            """);

        Assert.Equal(["projects/hub/subscriptions/all"], options.Subscriptions);
    }

    [Theory]
    [InlineData("projects: two", "projects (line 2) is a single value: it is a list: give entries of the form '- name: example-project'")]
    [InlineData("projects: { name: two }", "projects (line 2) is a section: it is a list: give entries of the form '- name: example-project'")]
    [InlineData(
        "projects: [two]",
        "projects.0 (line 2) is a single value: give projects.0.name, projects.0.instance_creation_subscription_name, "
            + "projects.0.instance_interruption_subscription_name")]
    [InlineData("projects:\n- name: two\n  nam: x", "unknown key 'projects.0.nam' (line 4): did you mean 'projects.0.name'?")]
    [InlineData("projects:\n- name: two\n- name: three\n  name: four", "projects.1.name stands on line 4 and again on line 5: keep one of them")]
    [InlineData("projects:\n- name: Two", "projects.0.name (line 3) is 'Two': give " + Name)]
    [InlineData(
        "projects:\n- instance_creation_subscription_name: abc",
        "projects.0.name is missing: set it in the file, or SIE__PROJECTS__0__NAME, to " + Name)]
    [InlineData("projects:\n- name: example-project", "project_name and projects.0.name are the same project 'example-project': name each project once")]
    [InlineData("projects:\n- name: a\n- name: a", "projects.0.name and projects.1.name are the same project 'a': name each project once")]
    [InlineData("project: a", "unknown key 'project' (line 2): did you mean 'projects'?")]
    public void List_WithAFault_IsRefused(string text, string fault) => Assert.Equal([fault], Loading.Faults(Loading.Minimal + text));

    [Fact]
    public void Variables_WithAGap_AreRefused() => Assert.Equal(
        ["projects.0 is left out, but projects.1 is given: number the entries from 0 without a gap"],
        Loading.Faults(Loading.Minimal, ("SIE__PROJECTS__1__NAME", "two")));

    [Theory]
    [InlineData("SIE__PROJECTS__0__NAMES", "did you mean 'SIE__PROJECTS__0__NAME'?")]
    [InlineData("SIE__PROJECTS__100__NAME", "remove it; docs/configuration.md lists every variable")]
    public void Variable_OfNoEntry_IsRefused(string name, string remedy) =>
        Assert.Equal([$"unknown variable '{name}': {remedy}"], Loading.Faults(Loading.Minimal, (name, "two")));

    [Fact]
    public void List_BeyondItsLength_IsRefused()
    {
        var entries = string.Join('\n', Enumerable.Range(0, 101).Select(i => $"- name: p{i}"));

        Assert.Equal(
            ["projects has more than 100 entries (line 103): watch a folder or the organisation by one sink instead"],
            Loading.Faults(Loading.Minimal + "projects:\n" + entries));
    }

    [Theory]
    [InlineData("projects:")]
    [InlineData("projects: []")]
    public void List_WithoutEntries_IsAsGoodAsLeftOut(string text) =>
        Assert.Equal(["example-project"], Loading.Load(Loading.Minimal + text).Projects.Select(project => project.Name));

    [Theory]
    [InlineData("true", true)]
    [InlineData("True", true)]
    [InlineData("'true'", true)]
    [InlineData("false", false)]
    public void Flag_AsYamlHasIt_IsRead(string text, bool value) =>
        Assert.Equal(value, Loading.Load(Loading.Minimal + $"projects_only: {text}\n").ProjectsOnly);
}
