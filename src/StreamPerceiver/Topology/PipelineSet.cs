namespace StreamPerceiver.Topology;

/// <summary>The pipelines of one worker: read from files and folders, and checked against each other.</summary>
/// <param name="Pipelines">The pipelines without an error in their file, in the order of the files.</param>
/// <param name="Errors">All errors, each with its file.</param>
public sealed record PipelineSet(IReadOnlyList<PipelineDefinition> Pipelines, IReadOnlyList<string> Errors)
{
    private const string SchemaSuffix = ".schema.json";

    /// <summary>Reads pipelines. The result has all errors of all files.</summary>
    /// <param name="places">Files and folders. Of a folder, the files <c>*.json</c> are read in ordinal order, without <c>*.schema.json</c>.</param>
    public static PipelineSet Read(IEnumerable<string> places)
    {
        List<PipelineDefinition> pipelines = [];
        List<string> errors = [];
        foreach (string place in places)
        {
            string[] files = FilesOf(place);
            if (files.Length == 0) errors.Add($"{place}: has no pipeline file, expected one or more *.json that are not *{SchemaSuffix}");
            foreach (string file in files) ReadOne(file);
        }

        return new PipelineSet(pipelines, [.. errors, .. SameNames(pipelines), .. SameTopics(pipelines)]);

        void ReadOne(string file)
        {
            try
            {
                pipelines.Add(PipelineReader.Read(file));
            }
            catch (PipelineException refused)
            {
                errors.Add(refused.Message);
            }
        }
    }

    private static string[] FilesOf(string place) => Directory.Exists(place)
        ? [.. Directory.GetFiles(place, "*.json").Where(f => !f.EndsWith(SchemaSuffix, StringComparison.Ordinal)).Order(StringComparer.Ordinal)]
        : [place];

    private static IEnumerable<string> SameNames(IReadOnlyList<PipelineDefinition> pipelines) =>
        from same in pipelines.GroupBy(p => p.Name, StringComparer.Ordinal)
        from other in same.Skip(1)
        select $"{other.File}: $.name is \"{other.Name}\", and so is that of {same.First().File}, expected a name of its own: it is the consumer group";

    private static IEnumerable<string> SameTopics(IReadOnlyList<PipelineDefinition> pipelines) =>
        from written in pipelines.SelectMany(p => p.WrittenTopics.Distinct(), (pipeline, topic) => (pipeline, topic))
        group written.pipeline by written.topic into writers
        from other in writers.Skip(1)
        let first = writers.First()
        select $"{other.File}: $.topics: {other.Name} writes {writers.Key}, and so does {first.Name} of {first.File}, expected a topic of its own";
}
