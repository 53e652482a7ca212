using System.Text.RegularExpressions;

namespace OrleansSie.Silo.Local;

/// <summary>Pub/Sub's rules for the full names of topics and subscriptions.</summary>
internal static partial class ResourceNames
{
    public static void CheckTopic(string name) => Check(name, Topic(), "projects/{project}/topics/{topic}");

    public static void CheckSubscription(string name) =>
        Check(name, Subscription(), "projects/{project}/subscriptions/{subscription}");

    /// <summary>The project part of a full name that was checked.</summary>
    public static string ProjectOf(string name) => name.Split('/')[1];

    /// <summary>The last part of a full name that was checked.</summary>
    public static string ShortNameOf(string name) => name.Split('/')[3];

    private static void Check(string name, Regex rule, string form)
    {
        if (!rule.IsMatch(name))
        {
            throw PubSubRefusal.Invalid(
                $"Invalid resource name given (name={name}): it must have the form {form}, its last part 3 to 255 characters "
                + "of A-Z a-z 0-9 - _ . ~ + %, starting with a letter and not with goog.");
        }
    }

    [GeneratedRegex("^projects/[^/]+/topics/(?!goog)[A-Za-z][A-Za-z0-9_.~+%-]{2,254}\\z")]
    private static partial Regex Topic();

    [GeneratedRegex("^projects/[^/]+/subscriptions/(?!goog)[A-Za-z][A-Za-z0-9_.~+%-]{2,254}\\z")]
    private static partial Regex Subscription();
}
