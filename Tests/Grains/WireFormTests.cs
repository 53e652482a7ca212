using System.Collections;
using System.Globalization;
using System.Net;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;
using OrleansSie.Grains.Interfaces;
using OrleansSie.Grains.State;
using OrleansSie.Silo.Reach;
using OrleansSie.Testing;
using Xunit;

namespace OrleansSie.Tests.Grains;

/// <summary>
/// What replicas of the first version send each other. The fixtures are never changed: during an upgrade both versions run in one cluster. A
/// later version that adds a member or a method adds lines of its own.
/// </summary>
public sealed class WireFormTests
{
    private const string Fixture = "Tests/Grains/Fixtures/v1/wire.txt";
    private const string Contracts = "Tests/Grains/Fixtures/v1/contracts.txt";

    // After an alias: lists as a collection expression makes them, which have another form than List.
    private const string Made = "#made";
    private const BindingFlags Members = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance;

    private static readonly Assembly[] _assemblies = [typeof(IClusterGrain).Assembly, typeof(StateUnavailableException).Assembly, typeof(ReachTable).Assembly];
    private static readonly Serializer _serializer = new ServiceCollection()
        .AddSerializer(serializer => Array.ForEach(_assemblies, assembly => serializer.AddAssembly(assembly)))
        .BuildServiceProvider()
        .GetRequiredService<Serializer>();

    private static readonly JsonSerializerOptions _json = new() { Converters = { new AddressConverter() } };

    /// <summary>Every type that version one sends, by its alias.</summary>
    public static TheoryData<string> Aliases => [.. Lines().Select(line => line[0])];

    [Theory]
    [MemberData(nameof(Aliases))]
    public void Type_OfVersionOne_IsReadWhole_AndWrittenAsItWas(string alias)
    {
        var line = Lines().Single(line => line[0] == alias);
        var bytes = Convert.FromBase64String(line[1]);

        var read = _serializer.Deserialize<object>(bytes);

        Assert.Equal(Types()[alias.Replace(Made, "", StringComparison.Ordinal)], read!.GetType());
        Assert.Equal(line[2], Show(read));
        if (!alias.EndsWith(Made, StringComparison.Ordinal))
        {
            Assert.Equal(line[1], Convert.ToBase64String(_serializer.SerializeToArray(read)));
        }
    }

    [Fact]
    public void Fixture_HasEveryTypeThatIsSent()
    {
        var samples = Types().Select(type => (Alias: type.Key, Value: Sample(type.Value, "value", isMade: false)))
            .Concat(Types().Where(type => HasList(type.Value)).Select(type => (Alias: type.Key + Made, Value: Sample(type.Value, "value", isMade: true))));
        var missing = samples.Where(sample => !Lines().Any(line => line[0] == sample.Alias)).Select(sample => LineOf(sample.Alias, sample.Value));

        Assert.Equal("", string.Join('\n', missing.Order(StringComparer.Ordinal)));
    }

    [Fact]
    public void Type_WithAMemberOfALaterVersion_IsReadWithoutIt_AndOneOfAnEarlierVersionWithoutDefaults()
    {
        var later = new LaterStorm("spot", DateTimeOffset.UnixEpoch) { Ended = DateTimeOffset.UnixEpoch.AddHours(1), Why = "because" };
        var serializer = new ServiceCollection()
            .AddSerializer(s => s.AddAssembly(typeof(IClusterGrain).Assembly).AddAssembly(typeof(WireFormTests).Assembly))
            .BuildServiceProvider()
            .GetRequiredService<Serializer>();

        // The type of the whole is known on both sides, as that of a call's argument is: only the members are sent.
        Assert.Equal(new Storm("spot", DateTimeOffset.UnixEpoch), serializer.Deserialize<Storm>(serializer.SerializeToArray(later)));
        // No constructor and no initializer runs when it is read.
        Assert.Equal(later with { Ended = null, Why = null! }, serializer.Deserialize<LaterStorm>(serializer.SerializeToArray(new Storm("spot", DateTimeOffset.UnixEpoch))));
    }

    [Fact]
    public void Calls_AreThoseOfVersionOne()
    {
        var calls = _assemblies.SelectMany(assembly => assembly.GetTypes())
            .Where(type => type.IsInterface && type.GetCustomAttribute<AliasAttribute>() is not null)
            .SelectMany(type => type.GetMethods().Select(method =>
                $"{type.GetCustomAttribute<AliasAttribute>()!.Alias} {method.GetCustomAttribute<AliasAttribute>()?.Alias}({string.Join(", ", method.GetParameters().Select(p => NameOf(p.ParameterType)))}): {NameOf(method.ReturnType)}"))
            .Order(StringComparer.Ordinal);
        Assert.Equal(Repository.Read(Contracts).Split('\n', StringSplitOptions.RemoveEmptyEntries), calls);
    }

    private static IEnumerable<string[]> Lines() => Repository.Read(Fixture).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('\t'));

    private static Dictionary<string, Type> Types() => _assemblies.SelectMany(assembly => assembly.GetTypes())
        .Where(type => type.GetCustomAttribute<GenerateSerializerAttribute>() is not null)
        .ToDictionary(type => type.GetCustomAttribute<AliasAttribute>()!.Alias);

    private static bool HasList(Type type) => type.GetProperties(Members).Any(p => IsList(p.PropertyType));

    private static bool IsList(Type type) => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>);

    private static IReadOnlyList<T> ListOf<T>(object item, bool isMade)
    {
        IReadOnlyList<T> made = [.. Enumerable.Repeat((T)item, 1)];
        return isMade ? made : new List<T> { (T)item };
    }

    private static string NameOf(Type type) =>
        type.IsGenericType ? $"{type.Name[..type.Name.IndexOf('`', StringComparison.Ordinal)]}<{string.Join(", ", type.GetGenericArguments().Select(NameOf))}>"
        : type.GetCustomAttribute<AliasAttribute>()?.Alias ?? type.Name;

    private static string LineOf(string alias, object value) => $"{alias}\t{Convert.ToBase64String(_serializer.SerializeToArray(value))}\t{Show(value)}";

    private static string Show(object value) => value is Exception e ? e.Message : JsonSerializer.Serialize(value, value.GetType(), _json);

    /// <summary>A value of a type in which every member is set.</summary>
    private static object Sample(Type type, string name, bool isMade)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (SimpleSample(type, name) is { } simple)
        {
            return simple;
        }

        if (type.IsArray)
        {
            var array = Array.CreateInstance(type.GetElementType()!, 1);
            array.SetValue(Sample(type.GetElementType()!, "item", isMade), 0);
            return array;
        }

        if (type.IsGenericType && type.GetInterfaces().Append(type).Any(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IReadOnlyDictionary<,>)))
        {
            var types = type.GetGenericArguments();
            var map = (IDictionary)Activator.CreateInstance(typeof(Dictionary<,>).MakeGenericType(types))!;
            map[Sample(types[0], "key", isMade)] = Sample(types[1], "value", isMade);
            return map;
        }

        if (type.IsGenericType)
        {
            var item = type.GetGenericArguments()[0];
            return typeof(WireFormTests).GetMethod(nameof(ListOf), BindingFlags.NonPublic | BindingFlags.Static)!
                .MakeGenericMethod(item).Invoke(null, [Sample(item, "item", isMade), isMade])!;
        }

        var constructor = type.GetConstructors(Members).Where(c => c.GetParameters().FirstOrDefault()?.ParameterType != type).MaxBy(c => c.GetParameters().Length)!;
        var sample = constructor.Invoke([.. constructor.GetParameters().Select(p => Sample(p.ParameterType, p.Name!, isMade))]);
        foreach (var property in type.GetProperties(Members).Where(p => p.GetCustomAttribute<IdAttribute>() is not null && p.SetMethod is not null))
        {
            property.SetValue(sample, Sample(property.PropertyType, property.Name, isMade));
        }

        return sample;
    }

    private static object? SimpleSample(Type type, string name) =>
        type == typeof(string) ? name
        : type == typeof(bool) ? true
        : type == typeof(DateTimeOffset) ? new DateTimeOffset(2026, 3, 2, 12, 0, name.Length, TimeSpan.Zero)
        : type == typeof(TimeSpan) ? TimeSpan.FromMinutes(name.Length)
        : type == typeof(SiloAddress) ? SiloAddress.New(IPAddress.Parse("10.0.0.7"), 11_111, 7)
        : type == typeof(StateUnavailableException) ? new StateUnavailableException(name)
        : type.IsEnum ? Enum.GetValues(type).Cast<object>().Last()
        : type.IsPrimitive ? Convert.ChangeType(name.Length, type, CultureInfo.InvariantCulture)
        : null;

    /// <summary>A storm as a later version could send it.</summary>
    [GenerateSerializer]
    internal sealed record LaterStorm(string? NodePool, DateTimeOffset Since)
    {
        [Id(0)]
        public DateTimeOffset? Ended { get; init; }

        [Id(1)]
        public string Why { get; init; } = "";
    }

    private sealed class AddressConverter : JsonConverter<SiloAddress>
    {
        public override SiloAddress Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => throw new NotSupportedException();

        public override void Write(Utf8JsonWriter writer, SiloAddress value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToParsableString());
    }
}
