namespace StreamPerceiver.Worker.Tests;

/// <summary>Command lines that cannot be run as they are written: exit code 2, one line, and no stack trace.</summary>
public sealed class CommandLineTests : IDisposable
{
    private readonly WorkerProcess _worker = new();

    public void Dispose() => _worker.Dispose();

    [Theory]
    [InlineData("command line: ")]
    [InlineData("command line: ", "valdate", "x.json")]
    [InlineData("validate: ", "validate")]
    [InlineData("model: ", "model")]
    [InlineData("model inspect: '--verbose' is not an option of this verb", "model", "inspect", "--verbose")]
    [InlineData("model run: ", "model", "run", "x", "--in", "a.npz", "--out", "b.npz", "--fast")]
    [InlineData("model run: ", "model", "run", "x")]
    [InlineData("bench model: --batch is 0, expected 1 to 65536", "bench", "model", "x", "--batch", "0")]
    [InlineData("bench model: ", "bench", "model", "x", "--batch", "many")]
    [InlineData("bench model: ", "bench", "model", "x", "--dtype", "float16")]
    [InlineData("bench model: --runs is -1, expected 1 to 1000000", "bench", "model", "x", "--runs", "-1")]
    [InlineData("bench growth: --threads is -2, expected 0 to 1024", "bench", "growth", "--threads", "-2")]
    [InlineData("demo: --seconds is 0, expected 1 to 86400", "demo", "--seconds", "0")]
    [InlineData("demo: --speed is NaN, expected 0.01 to 1000", "demo", "--speed", "NaN")]
    [InlineData("model compare: --tolerance is -1, expected 0 to ", "model", "compare", "a", "b", "--tolerance", "-1")]
    [InlineData("command line: 'x.json': expected --Section:Key=value", "run", "x.json")]
    [InlineData("command line: '--verbose', '--Kafka:InstanceId': expected --Section:Key=value", "run", "--verbose", "--Kafka:InstanceId")]
    [InlineData("validate: '' is empty, expected a value", "validate", "")]
    [InlineData("/: is a directory with a config.json of its own, expected a Haiku pickle", "model", "import", "/", "x", "--config", "c.json")]
    [InlineData("a.npz: no such file", "model", "compare", "a.npz", "b.npz")]
    [InlineData("missing: is not there, expected a model directory", "model", "inspect", "missing")]
    [InlineData("missing: is not there, expected a model directory", "model", "run", "missing", "--in", "a.npz", "--out", "b.npz")]
    [InlineData("missing: no such file", "model", "import", "missing", "target")]
    [InlineData("missing: is not there, expected a model directory", "model", "init", "missing")]
    [InlineData("missing.json: ", "bench", "windows", "--pipeline", "missing.json")]
    public async Task What_cannot_be_run_is_refused_in_one_line(string expected, params string[] arguments)
    {
        WorkerProcess.Ended ended = await _worker.RunAsync(arguments);

        (ended.Code, ended.Output).ShouldBe((2, ""), ended.Error);
        ended.Error.ShouldStartWith(expected);
        ended.Error.Count(c => c == '\n').ShouldBe(1, ended.Error);
    }

    [Fact]
    public async Task An_override_behind_an_option_of_several_words_is_none_of_them()
    {
        WorkerProcess.Ended ended = await _worker.RunAsync("evaluate", "--pipeline", "p.json", "--labels", "l.csv", "--data", "d", "--Inference:Threads=many");

        (ended.Code, ended.Output).ShouldBe((2, ""));
        ended.Error.ShouldContain("'many'");
        ended.Error.ShouldContain("Threads");
    }

    [Fact]
    public async Task Help_is_given_where_it_is_asked_for()
    {
        WorkerProcess.Ended ended = await _worker.RunAsync("model", "--help");

        (ended.Code, ended.Error).ShouldBe((0, ""));
        ended.Output.ShouldContain("Usage:");
    }

    [Fact]
    public async Task A_file_in_place_of_a_model_directory_is_named_as_one()
    {
        string file = _worker.Write("model.safetensors", "x");

        (await _worker.RunAsync("model", "inspect", file)).ShouldBe(
            new WorkerProcess.Ended(2, "", $"{file}: is a file, expected a model directory: config.json and weights\n"));
    }
}
