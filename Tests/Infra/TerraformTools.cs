using System.Diagnostics;
using System.Text.Json;
using OrleansSie.Testing.Machine;
using Xunit;

namespace OrleansSie.Tests.Infra;

/// <summary>
/// What reads Terraform where Terraform and its providers are not to be had: node with @cdktf/hcl2json, which parses HCL, and
/// @cdktf/provider-google, which carries the provider's own schema.
/// </summary>
internal static class TerraformTools
{
    private const string Script = """
        const { parse } = require('@cdktf/hcl2json');
        const { readFileSync } = require('node:fs');
        (async () => {
          const files = {};
          for (const file of process.argv.slice(1)) files[file] = await parse(file, readFileSync(file, 'utf8'));
          console.log(JSON.stringify(files));
        })();
        """;

    /// <summary>The folder in which both packages are installed.</summary>
    public static string Folder()
    {
        var folder = Environment.GetEnvironmentVariable("SIE_TEST_TERRAFORM_TOOLS");
        Assert.SkipWhen(
            string.IsNullOrEmpty(folder) || Programs.Find("node") is null,
            "node with @cdktf/hcl2json and @cdktf/provider-google is missing: npm install both and set SIE_TEST_TERRAFORM_TOOLS to the folder.");
        return folder!;
    }

    /// <summary>The files as JSON, one object each.</summary>
    public static async Task<IReadOnlyList<JsonElement>> ParseAsync(IEnumerable<string> files)
    {
        var start = new ProcessStartInfo("node", ["-e", Script, "--", .. files])
        {
            WorkingDirectory = Folder(),
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, $"HCL could not be parsed: {await error}");
        using var json = JsonDocument.Parse(output);
        return [.. json.RootElement.Clone().EnumerateObject().Select(f => f.Value)];
    }
}
