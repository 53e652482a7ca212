namespace Orleans.Streaming.PubSub;

/// <summary>Durations in the unit of <see cref="TimeProvider.GetTimestamp"/>, which never jumps as the wall clock may.</summary>
internal static class Timestamps
{
    public static long ToTimestamp(this TimeProvider time, TimeSpan duration) => (long)(duration.TotalSeconds * time.TimestampFrequency);
}
