using CsCheck;
using OrleansSie.Silo.Configuration;
using OrleansSie.Silo.Storage;
using StackExchange.Redis;
using Xunit;

namespace OrleansSie.Tests.Configuration;

/// <summary>Passwords of any characters, in every place where one may stand: no part of one is told, and what is taken is taken whole.</summary>
public sealed class GeneratedSecretTests
{
    private const string Server = "127.0.0.1:1";
    private const string Connection = "SIE__STORAGE__REDIS__CONNECTION_STRING";

    // Parts that nothing else holds, between characters that mean something to one of the readers.
    private static readonly Gen<string> _part = Gen.Char["QXZJqxzj79"].Array[5, 8].Select(characters => new string(characters));
    private static readonly Gen<string> _mark = Gen.OneOf(
        ",", "=", "@", ":", "%", " ", "\"", "'", "/", "\\", "#", "{", "}", "[", "]", "&", "*", "!", "$", "|", ">", "-", ".", "é", "密", "😀", ", ", ": ", " #",
        ",password=", ",ssl=true,", ",name=", ",serviceName=", ":6379@", "@127.0.0.1:6379");

    private static readonly Gen<string[]> _password =
        from parts in _part.Array[1, 4]
        from marks in _mark.Array[5]
        select parts.SelectMany((part, at) => (string[])[marks[at], part]).Append(marks[4]).ToArray();

    private static readonly string[] _forms =
    [
        "{0}@127.0.0.1:1", ":{0}@127.0.0.1:1", "silo:{0}@127.0.0.1:1", "redis://:{0}@127.0.0.1:1", "127.0.0.1:1,password={0}", "127.0.0.1:1,{0}", "{0}",
        "127.0.0.1:1,user=silo,password={0}", "127.0.0.1:1,password={0},ssl=true", "password={0},127.0.0.1:1", "127.0.0.1:1,passwort={0}", "127.0.0.1:1 {0}",
    ];

    [Fact]
    public void Password_InAConnectionString_IsTakenWholeOrRefused_AndTellsNothing() =>
        Gen.Select(_password, Gen.OneOf(_forms)).Sample(
            (password, form) =>
            {
                var text = form.Replace("{0}", string.Concat(password), StringComparison.Ordinal);
                var said = Told(() => Loading.Load(null, (Connection, text)))
                    .Concat(Told(() => Loading.LoadWith(new() { ["/run/redis"] = text }, null, (Connection + "_FILE", "/run/redis"))))
                    .Concat(Told(() => Loading.Load(Loading.Minimal + $"storage:\n  redis:\n    connection_string: {text}")))
                    .Concat(Told(() => Loading.Load(Loading.Minimal + $"storage: {{ redis: {{ connection_string: {text} }} }}")))
                    .Concat(Told(() => Loading.Load(Loading.Minimal + $"storage: {{ redis: {{ connection_string: '{text.Replace("'", "''", StringComparison.Ordinal)}' }} }}")))
                    .ToList();
                AssertHidden(password, said);
            },
            iter: Tiers.Rounds(200, 1_000));

    [Fact]
    public void Password_ByItsOwnKey_IsTakenWhole_AndTellsNothing() =>
        _password.Sample(
            password =>
            {
                var text = string.Concat(password);
                SieOptions[] taken =
                [
                    Loading.Load(null, (Connection, Server), ("SIE__STORAGE__REDIS__PASSWORD", text)),
                    Loading.LoadWith(new() { ["/run/password"] = text + "\n" }, null, (Connection, Server), ("SIE__STORAGE__REDIS__PASSWORD_FILE", "/run/password")),
                    Loading.Load(Loading.Minimal + $"storage: {{ redis: {{ connection_string: '{Server}', password: '{text.Replace("'", "''", StringComparison.Ordinal)}' }} }}"),
                ];
                Assert.All(taken[1..], options => Assert.Equal(text, RedisClient.From(options.Storage.Redis).Password));
                Assert.Equal(text.Trim(), RedisClient.From(taken[0].Storage.Redis).Password);
                var unquoted = Told(() => Loading.Load(Loading.Minimal + $"storage:\n  redis:\n    connection_string: '{Server}'\n    password: {text}"))
                    .Concat(Told(() => Loading.Load(Loading.Minimal + $"storage: {{ redis: {{ password: {text}, connection_string: '{Server}' }} }}")));
                AssertHidden(password, taken.SelectMany(options => Told(() => options)).Concat(unquoted));
            },
            iter: Tiers.Rounds(200, 1_000));

    [Fact]
    public async Task Password_OfAStoreThatIsAway_IsInNoneOfItsExceptions()
    {
        var password = new[] { "QXZ7", ",", "qxz9", "@", "ZJXQ", ":6379" };
        await using var probe = new RedisProbe(
            RedisClient.From(new RedisOptions { ConnectionString = $"{Server},connectTimeout=50", User = "silo", Password = string.Concat(password) }), "probe");

        var failure = await Assert.ThrowsAnyAsync<RedisException>(() => probe.WriteAsync(TestContext.Current.CancellationToken));

        AssertHidden(password, [failure.ToString()]);
        Assert.Contains("it cannot be reached", failure.Message, StringComparison.Ordinal);
    }

    /// <summary>Everything that is told of a configuration: its faults, or the lines at start and the store's name.</summary>
    private static List<string> Told(Func<SieOptions> load)
    {
        try
        {
            var options = load();
            if (options.Storage.Redis.ConnectionString is not null)
            {
                Assert.Equal(Server, RedisClient.NameOf(RedisClient.From(options.Storage.Redis)));
            }

            return [.. StartLines.Of(options), .. Loading.Shown(options), .. options.Notices];
        }
        catch (ConfigurationException exception)
        {
            return [exception.ToString()];
        }
    }

    private static void AssertHidden(string[] password, IEnumerable<string> said)
    {
        var all = string.Join('\n', said);
        Assert.All(password.Where(part => part.Length >= 4 && part.All(char.IsAsciiLetterOrDigit)), part => Assert.DoesNotContain(part, all, StringComparison.OrdinalIgnoreCase));
    }
}
