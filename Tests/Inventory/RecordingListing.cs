using System.Text.Json;
using OrleansSie.Silo.Inventory;

namespace OrleansSie.Tests.Inventory;

/// <summary>Keeps what a list holds.</summary>
internal sealed class RecordingListing : IComputeListing
{
    public List<(string Zone, string Name)> Items { get; } = [];

    public List<ComputeError> Retries { get; } = [];

    public int Pages { get; private set; }

    /// <summary>Called after each page.</summary>
    public Func<int, Task> OnPage { get; init; } = _ => Task.CompletedTask;

    /// <summary>Names that are not understood.</summary>
    public Func<string, bool> Understands { get; init; } = _ => true;

    public bool Take(string zone, ref Utf8JsonReader item)
    {
        var instance = ListedInstance.Read(ref item);
        Items.Add((zone, instance.NameText()));
        return Understands(instance.NameText());
    }

    public Task PageReadAsync(CancellationToken cancellation) => OnPage(++Pages);

    public void Retrying(ComputeException fault) => Retries.Add(fault.Error);
}
