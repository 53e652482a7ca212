namespace OrleansSie.Silo.AuditLogs;

/// <summary>
/// What an entry tells of its project in its several places, some of which have the project's id and some its number: the first of
/// each, in the order in which the places are added.
/// </summary>
internal ref struct ProjectForms
{
    public ReadOnlySpan<byte> Id;
    public ReadOnlySpan<byte> Number;

    /// <summary>True where two places tell two ids or two numbers: such an entry proves nothing of what a number stands for.</summary>
    public bool IsContradictory;

    /// <summary>Takes one place into account; what can be neither an id nor a number is no project.</summary>
    public void Add(ReadOnlySpan<byte> project)
    {
        if (InstanceName.IsNumber(project))
        {
            IsContradictory |= !Number.IsEmpty && !Number.SequenceEqual(project);
            Number = Number.IsEmpty ? project : Number;
        }
        else if (InstanceName.IsProjectId(project))
        {
            IsContradictory |= !Id.IsEmpty && !Id.SequenceEqual(project);
            Id = Id.IsEmpty ? project : Id;
        }
    }
}
