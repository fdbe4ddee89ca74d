from snakemake.utils import min_version

min_version("9.0")


report: "workflow/report/workflow.rst"


# a file given with --configfile is a whole experiment and replaces config.yaml
if "languages" not in config:

    configfile: "config.yaml"


include: "workflow/rules/common.smk"
include: "workflow/rules/common_reuse.smk"
include: "workflow/rules/corpus.smk"
include: "workflow/rules/lexicon.smk"
include: "workflow/rules/alignment.smk"
include: "workflow/rules/semantics.smk"
include: "workflow/rules/tokens.smk"
include: "workflow/rules/lemmas.smk"
include: "workflow/rules/features.smk"
include: "workflow/rules/training.smk"
include: "workflow/rules/evaluation.smk"
include: "workflow/rules/reuse.smk"
include: "workflow/rules/report.smk"


onsuccess:
    name_leftovers()
    overview = Path("results") / EXPERIMENT.experiment / "report" / "overview.html"
    print(f"Done. Start reading at {overview}" if overview.exists() else "Done.")


rule all:
    default_target: True
    input:
        report_files(),
