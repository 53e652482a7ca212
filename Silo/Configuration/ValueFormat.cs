namespace OrleansSie.Silo.Configuration;

/// <summary>What a key accepts: says it in words, reads it from text, and writes it back.</summary>
internal sealed class ValueFormat<T>
{
    private readonly Func<string, T?> _read;
    private readonly Func<string, bool> _isLegal;
    private readonly Func<T, string?> _show;

    /// <param name="accepts">Completes the sentence 'give ...'.</param>
    /// <param name="isLegal">Whether a text is acceptable.</param>
    /// <param name="read">The value of an acceptable text.</param>
    /// <param name="show">The text of a value, or null for a value that stands for 'not set'.</param>
    public ValueFormat(string accepts, Func<string, bool> isLegal, Func<string, T?> read, Func<T, string?> show)
    {
        Accepts = accepts;
        _isLegal = isLegal;
        _read = read;
        _show = show;
    }

    /// <summary>Completes the sentence 'give ...'; also the documentation's description of the value.</summary>
    public string Accepts { get; }

    /// <summary>Whether <paramref name="text"/> is acceptable, and its value if so.</summary>
    public bool TryRead(string text, out T? value)
    {
        var legal = _isLegal(text);
        value = legal ? _read(text) : default;
        return legal;
    }

    /// <summary>The text that reads as <paramref name="value"/>, or null when it stands for 'not set'.</summary>
    public string? Show(T value) => _show(value);
}
