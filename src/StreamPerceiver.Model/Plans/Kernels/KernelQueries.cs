using static TorchSharp.torch;

namespace StreamPerceiver.Model;

/// <summary><see cref="SeparableQueries"/> by panels of tokens: the scores of one tile at a time are in memory.</summary>
internal sealed unsafe class KernelQueries(LayerNorm norm, Linear query, Linear output, int heads, ExecutionPlan plan)
    : SeparableQueries(norm, query, output, heads, plan)
{
    private const int Lanes = PanelProduct.Lanes;

    // Arranges terms (N, length) as (N, panels of a line, Lanes).
    protected override Tensor ArrangeAlong(Tensor along)
    {
        long padding = (Lanes - (along.size(1) % Lanes)) % Lanes;
        return cat([along, zeros(along.size(0), padding)], 1).reshape(along.size(0), -1, Lanes).contiguous();
    }

    protected override void Add(AskedHead asked, Tensor answers, int batch, int line, int lines)
    {
        int latents = (int)asked.Values.size(0), width = (int)asked.Values.size(1), depth = (int)asked.Keys.size(1);
        int tokens = (int)asked.Deviations.size(1), length = (int)(answers.size(1) / lines);
        nint deviations = Columns.Address(asked.Deviations) + (sizeof(float) * batch * tokens);
        nint lineTerms = Columns.Address(asked.Lines), alongTerms = Columns.Address(asked.Along), constants = Columns.Address(asked.Constants);
        var terms = new QueryTerms(length, deviations, lineTerms, alongTerms, constants, latents);
        var rows = new AttentionRows(latents, Columns.Address(asked.Keys), depth, depth, Columns.Address(asked.Values), width, width)
        {
            Terms = terms,
            IsRounded = PairProduct.IsUsedFor(Plan.Precision),
        };
        float* content = asked.Dense is null ? null : (float*)Columns.Address(asked.Dense) + ((long)batch * tokens * depth);
        float* to = (float*)Columns.Address(answers) + (batch * answers.size(1) * width);
        int from = line * terms.PanelsOfLine, panels = lines * terms.PanelsOfLine, group = PanelGroup.Size(rows, panels, 1);
        ParallelTasks.Each((panels + group - 1) / group, task =>
        {
            int first = task * group;
            int count = Math.Min(group, panels - first);
            PanelGroup.Attend(rows, from + first, count, (panel, queries) => Pack(terms, panel, content, depth, queries), (panel, gathered) =>
            {
                gathered.Normalise();
                float* answer = to + ((long)(terms.First(panel) - (line * length)) * width);
                for (int lane = 0; lane < terms.Count(panel); lane++, answer += width)
                    for (int c = 0; c < width; c++) answer[c] += gathered.Values[(c * Lanes) + lane];
            });
        });
    }

    // Transposes tokens to columns, each times its inverse deviation.
    private static void Pack(QueryTerms terms, int panel, float* content, int depth, float* queries)
    {
        int first = terms.First(panel), count = terms.Count(panel);
        if (count < Lanes) new Span<float>(queries, depth * Lanes).Clear();
        Transposition.Transpose(content + ((long)first * depth), depth, count, depth, queries, Lanes);
        for (int k = 0; k < depth; k++, queries += Lanes)
            for (int lane = 0; lane < count; lane++) queries[lane] *= terms.Deviation(first + lane);
    }
}
