using System.Text.RegularExpressions;

namespace StreamPerceiver.Tests.Architecture;

/// <summary>The folders of the model are layers: each uses the types of those listed for it, and of no others. All are one namespace.</summary>
public sealed partial class ModelLayerTests
{
    private const string Root = "src/StreamPerceiver.Model";

    /// <summary>What each folder uses. A folder stands below all that use it.</summary>
    private static readonly Dictionary<string, string[]> Uses = new()
    {
        ["Config"] = [],
        ["Weights"] = ["Config"],
        ["Kernels"] = [],
        ["Network"] = ["Config", "Kernels", "Weights"],
        ["Training"] = ["Config", "Kernels", "Network", "Weights"],
        ["Preparation"] = ["Config"],
        ["Import"] = ["Weights"],
        ["Checkpoints"] = ["Config", "Import", "Network", "Preparation", "Weights"],
        ["Arrays"] = ["Config", "Network"],
        ["Inspection"] = ["Config", "Kernels", "Network"],
        ["Runtime"] = ["Kernels"],
    };

    // Files beside the project have no folder: the exceptions, which every layer throws. A plan makes parts of the network, so both folders are one layer.
    private static readonly ILookup<string, KeyValuePair<string, string>> Folders
        = SourceTree.Code(Root).Where(f => f.Key.Split('/').Length > 3).ToLookup(f => f.Key.Split('/')[2] is "Plans" ? "Network" : f.Key.Split('/')[2]);

    private static readonly Dictionary<string, Regex> TypesOf
        = Folders.ToDictionary(f => f.Key, f => Mention(f.SelectMany(file => Declaration().Matches(file.Value))));

    public static TheoryData<string> Layers => [.. Uses.Keys];

    [Fact]
    public void Every_folder_is_a_layer()
        => Folders.Select(f => f.Key).Order(StringComparer.Ordinal).ShouldBe(Uses.Keys.Order(StringComparer.Ordinal));

    [Fact]
    public void A_layer_uses_only_layers_above_it_in_the_list()
    {
        string[] order = [.. Uses.Keys];
        foreach ((string layer, string[] used) in Uses) used.ShouldBeSubsetOf(order.TakeWhile(l => l != layer), layer);
    }

    [Theory]
    [MemberData(nameof(Layers))]
    public void A_layer_uses_the_types_of_its_list_alone(string layer)
    {
        foreach (string other in Uses.Keys.Where(l => l != layer))
        {
            IEnumerable<string> mentions = Folders[layer].SelectMany(f => f.Matches(TypesOf[other]));
            if (Uses[layer].Contains(other)) mentions.ShouldNotBeEmpty($"{layer} uses nothing of {other}");
            else mentions.ShouldBeEmpty($"{layer} must not use {other}");
        }
    }

    // A word in code that is a type's name, and not a member's: neither after a point, nor before what a member is given.
    private static Regex Mention(IEnumerable<Match> declarations)
        => new($@"^(?!\s*//)(?:.*[^\w.""])?(?:{string.Join('|', declarations.Select(d => d.Groups["name"].Value).Distinct())})\b(?!:| =| \{{)");

    [GeneratedRegex(
        @"^(?:public |internal )?(?:static |sealed |abstract |readonly |ref |partial |unsafe )*"
        + @"(?:class|struct|record struct|record|enum|interface) (?<name>\w+)",
        RegexOptions.Multiline)]
    private static partial Regex Declaration();
}
