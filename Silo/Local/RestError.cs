namespace OrleansSie.Silo.Local;

/// <summary>The JSON body of an error, in the form Google's REST APIs use and gcloud reads.</summary>
internal static class RestError
{
    /// <param name="context">The response must not have started.</param>
    /// <param name="code">HTTP status.</param>
    /// <param name="status">The canonical name of the error, such as NOT_FOUND.</param>
    /// <param name="message">A sentence that says what to do.</param>
    public static Task WriteAsync(HttpContext context, int code, string status, string message)
    {
        context.Response.StatusCode = code;
        return context.Response.WriteAsJsonAsync(new { error = new { code, message, status } }, context.RequestAborted);
    }
}
