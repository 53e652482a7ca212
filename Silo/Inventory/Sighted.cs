using OrleansSie.Grains.Interfaces;

namespace OrleansSie.Silo.Inventory;

/// <summary>An instance that is new or has changed.</summary>
/// <param name="Instance">The key of its grain.</param>
/// <param name="Fingerprint">Of what was found.</param>
/// <param name="Sighting">What was found.</param>
internal sealed record Sighted(string Instance, int Fingerprint, InstanceSighting Sighting);
