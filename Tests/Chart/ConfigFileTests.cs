using k8s.Models;
using OrleansSie.Silo.Configuration;
using OrleansSie.Silo.Storage;
using OrleansSie.Tests.Configuration;
using Xunit;

namespace OrleansSie.Tests.Chart;

/// <summary>The file and the environment that the chart gives a silo, read by the program's own loader.</summary>
public sealed class ConfigFileTests
{
    // What the secrets hold, by the names under which they are mounted.
    private static readonly Dictionary<string, string> _mounted = new()
    {
        ["connection-string"] = "redis:6379,ssl=true,password=secret",
        ["password"] = "secret\n",
        ["ca.crt"] = TestCertificate.Pem,
        ["credentials.json"] = "{}",
    };

    public static TheoryData<string> Sets => ValueSets.All;

    [SystemTheory]
    [MemberData(nameof(Sets))]
    public async Task File_LoadsInTheProgramWithoutAFault(string set)
    {
        var options = Load(await RenderedChart.OfAsync(set));
        var values = ChartValues.Of(set);

        Assert.False(options.IsLocal);
        Assert.Equal((string?)values["storage"]!["provider"] == "embedded" ? StorageProvider.embedded : StorageProvider.redis, options.Storage.Provider);
        Assert.Equal((string?)values["clustering"]!["provider"], options.Clustering.Provider.ToString());
        if (options.Storage.Provider is StorageProvider.redis)
        {
            var client = RedisClient.From(options.Storage.Redis);
            Assert.Equal("secret", client.Password);
            Assert.StartsWith("redis", RedisClient.NameOf(client), StringComparison.Ordinal);
        }

        Assert.Equal("10.0.0.7", options.Clustering.AdvertisedAddress);
        Assert.Equal("sie-0", options.Clustering.SiloName);
    }

    [SystemTheory]
    [MemberData(nameof(Sets))]
    public async Task File_HoldsNoSecret(string set) =>
        Assert.DoesNotContain("password:", File(await RenderedChart.OfAsync(set)), StringComparison.Ordinal);

    [SystemFact]
    public async Task Values_OfEverySection_ReachTheProgram()
    {
        var options = Load(await RenderedChart.OfAsync("embedded"));

        Assert.Equal(("/data", "128m"), (options.Storage.Path, options.Storage.Memory));
        Assert.Contains((await RenderedChart.OfAsync("embedded")).Silo.VolumeMounts, mount => mount.MountPath == options.Storage.Path && mount.ReadOnlyProperty is not true);
    }

    [SystemFact]
    public async Task File_OfAnotherConfiguration_RestartsTheSilos()
    {
        static string Checksum(RenderedChart chart) => chart.Silos.Spec.Template.Metadata.Annotations["checksum/config"];

        Assert.NotEqual(Checksum(await RenderedChart.OfAsync("default")), Checksum(await RenderedChart.OfAsync("ports")));
        Assert.Equal(Checksum(await RenderedChart.OfAsync("default")), Checksum(await RenderedChart.OfAsync("scheduling")));
    }

    /// <summary>Loads what a pod of the silos would: its files by their mounts, its variables as the kubelet makes them.</summary>
    private static SieOptions Load(RenderedChart chart)
    {
        var mounts = chart.Silo.VolumeMounts.ToDictionary(mount => mount.Name, mount => mount.MountPath);
        Assert.Equal("/etc/sie", mounts["config"]);
        var files = new Dictionary<string, string> { ["/etc/sie/config.yaml"] = File(chart) };
        foreach (var volume in chart.Silos.Spec.Template.Spec.Volumes.Where(volume => volume.Secret is not null))
        {
            foreach (var item in volume.Secret.Items)
            {
                files[$"{mounts[volume.Name]}/{item.Path}"] = _mounted[item.Path];
            }
        }

        var environment = new Dictionary<string, string> { ["KUBERNETES_SERVICE_HOST"] = "10.0.0.1" };
        foreach (var variable in chart.Silo.Env)
        {
            environment[variable.Name] = Value(variable).Replace($"{chart.Store?.Metadata.Name}:", "redis:", StringComparison.Ordinal);
        }

        return ConfigurationLoader.Load(environment, path => files.TryGetValue(path, out var text) ? text : throw new FileNotFoundException(path));
    }

    private static string Value(V1EnvVar variable) => (variable.ValueFrom?.FieldRef?.FieldPath, variable.ValueFrom?.SecretKeyRef?.Key) switch
    {
        ("metadata.name", _) => "sie-0",
        ("metadata.namespace", _) => "counting",
        ("status.podIP", _) => "10.0.0.7",
        (null, "password") => "secret",
        (null, null) => variable.Value,
        _ => throw new InvalidOperationException($"{variable.Name} comes from somewhere unknown."),
    };

    private static string File(RenderedChart chart) => chart.Named<V1ConfigMap>(chart.Silos.Metadata.Name)!.Data["config.yaml"];
}
