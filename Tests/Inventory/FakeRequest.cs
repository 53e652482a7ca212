namespace OrleansSie.Tests.Inventory;

/// <summary>One request as <see cref="FakeCompute"/> got it.</summary>
/// <param name="Number">Counted from 0, over all requests.</param>
/// <param name="Project">Of the address.</param>
/// <param name="Collection">Of the address, such as <c>instances</c>.</param>
/// <param name="PageToken">Null for the first page.</param>
/// <param name="Query">All parameters.</param>
/// <param name="Authorization">The header; null without one.</param>
internal sealed record FakeRequest(
    int Number, string Project, string Collection, string? PageToken, IReadOnlyDictionary<string, string> Query, string? Authorization);
