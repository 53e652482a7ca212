using Xunit;
using static OrleansSie.Tests.Kubernetes.MembershipFixture;

namespace OrleansSie.Tests.Kubernetes;

/// <summary>
/// Long random histories of three handles, each with readings as old as chance will have it, against a model that says of every write
/// whether it must be taken and what the table is afterwards.
/// </summary>
public sealed class HistoryTests
{
    private const int Silos = 6;
    private static readonly int _steps = Tiers.Rounds(500, 2_500);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task EveryStep_IsWhatTheModelSays(int seed)
    {
        var (ground, first) = await StartWithTableAsync();
        await using var _ = ground;
        var random = new Random(seed);
        IMembershipTable[] handles = [first, ground.Handle(), ground.Handle()];
        var readings = new MembershipTableData[handles.Length];
        var model = new Dictionary<SiloAddress, (SiloStatus Status, int Version, DateTime Heard)>();
        var (version, generation, dead) = (0, 1, new HashSet<SiloAddress>());
        for (var step = 0; step < _steps; step++)
        {
            var handle = random.Next(handles.Length);
            var (table, reading) = (handles[handle], readings[handle]);
            var silo = Address(random.Next(Silos), random.Next(Math.Max(1, generation - 3), generation + 1));
            var isCurrent = reading is not null && reading.Version.Version == version;
            switch (random.Next(6))
            {
                case 0 when reading is not null && !dead.Contains(silo):
                    var isTaken = isCurrent && !model.ContainsKey(silo);
                    Assert.Equal(isTaken, await table.InsertAsync(Entry(silo), reading.Version.Next()));
                    if (isTaken)
                    {
                        model[silo] = (SiloStatus.Joining, ++version, Noon);
                    }

                    break;
                case 1 when reading is not null && reading.Members.Count > 0:
                    var (entry, etag) = reading.Members[random.Next(reading.Members.Count)];
                    var status = entry.Status is SiloStatus.Dead ? SiloStatus.Dead : (SiloStatus)random.Next((int)entry.Status, (int)SiloStatus.Dead + 1);
                    (entry.Status, entry.IAmAliveTime) = (status, Noon);
                    Assert.Equal(isCurrent, await table.UpdateAsync(entry, etag, reading.Version.Next()));
                    if (isCurrent)
                    {
                        model[entry.SiloAddress] = (status, ++version, model[entry.SiloAddress].Heard);
                        generation += status is SiloStatus.Dead ? 1 : 0;
                    }

                    break;
                case 2 when model.ContainsKey(silo):
                    var heard = Noon.AddSeconds(step);
                    await table.BeatAsync(silo, heard);
                    model[silo] = model[silo] with { Heard = heard };
                    break;
                case 3 when random.Next(20) == 0:
                    var before = Noon.AddSeconds(random.Next(step + 1));
                    await table.CleanAsync(before);
                    foreach (var (gone, row) in model.Where(row => row.Value.Status is SiloStatus.Dead && Later(row.Value.Heard) < before).ToArray())
                    {
                        model.Remove(gone);
                        dead.Add(gone);
                    }

                    break;
                default:
                    readings[handle] = await table.AllAsync();
                    Assert.Equal(version, readings[handle].Version.Version);
                    Assert.Equal(Text(model), Text(readings[handle]));
                    break;
            }
        }

        Assert.True(version > _steps / 10, $"only {version} commits");
        Assert.NotEmpty(dead);

        // A row's own start and first sign of life are a tick after noon.
        static DateTime Later(DateTime heard) => heard > Noon.AddTicks(1) ? heard : Noon.AddTicks(1);
    }

    private static string Text(Dictionary<SiloAddress, (SiloStatus Status, int Version, DateTime Heard)> model) =>
        string.Join('\n', model.Select(row => $"{row.Key.ToParsableString()} {row.Value.Status}").Order(StringComparer.Ordinal));

    private static string Text(MembershipTableData table) =>
        string.Join('\n', table.Members.Select(row => $"{row.Item1.SiloAddress.ToParsableString()} {row.Item1.Status}").Order(StringComparer.Ordinal));
}
