WHOLE_PLAN = Plan(
    experiment=EXPERIMENT.experiment,
    languages={name: one.name for name, one in EXPERIMENT.languages.items()},
    settings=list(EXPERIMENT.settings),
    seeds=EXPERIMENT.seeds,
    candidates={
        name: setting.candidates
        for name, setting in EXPERIMENT.settings.items()
        if setting.candidates
    },
    confidence_level=EXPERIMENT.evaluation.confidence_level,
)
PLAN = WHOLE_PLAN.model_dump_json()  # languages in the configuration's order
FIGURE_FLAGS = [
    part
    for name, chosen in FIGURES.items()
    for part in ("--figure", name, to_json(chosen))
]
FIGURE_CODE = [f"report.figures.{name}" for name in FIGURES]


rule figures:
    input:
        figure_files(),
        "<report>/table1.md",


for FIGURE in FIGURES:

    rule:
        name:
            f"figure_{FIGURE}"
        input:
            evaluated(),
        output:
            pdf=f"<report>/{FIGURE}.pdf",
            svg=f"<report>/{FIGURE}.svg",
            csv=f"<report>/{FIGURE}.csv",
            png=report(
                f"<report>/{FIGURE}.png",
                caption="../report/figure.rst",
                category="Figures",
                labels={"figure": title("figures", FIGURE)},
            ),
        log:
            f"<logs>/figure-{FIGURE}.log",
        benchmark:
            f"<benchmarks>/figure-{FIGURE}.tsv"
        conda:
            "../../envs/awe.yaml"
        resources:
            mem_mb=growing(4000),
            runtime=growing(60),
        params:
            figure=FIGURE,
            title=title("figures", FIGURE),
            caption=fixed(caption(FIGURE, FIGURES[FIGURE], WHOLE_PLAN)),
            options=fixed(to_json(FIGURES[FIGURE])),
            plan=fixed(PLAN),
            results=subpath(output[0], ancestor=2),
            stem=subpath(output.pdf, strip_suffix=".pdf"),
            code=code("commands.figure", f"report.figures.{FIGURE}"),
        shell:
            "awe figure --figure {params.figure} --options {params.options:q} --results {params.results:q}"
            " --plan {params.plan:q} --output-stem {params.stem:q} 2>&1 | tee {log:q}"


for TABLE in plugins.names("report.tables"):

    rule:
        name:
            f"table_{TABLE}"
        input:
            report_table_inputs(TABLE),
        output:
            csv=f"<report>/{TABLE}.csv",
            tex=f"<report>/{TABLE}.tex",
            markdown=f"<report>/{TABLE}.md",
            html=report(
                f"<report>/{TABLE}.html",
                caption=f"../report/{TABLE}.rst",
                category="Tables",
                labels={"table": title("tables", TABLE)},
            ),
        log:
            f"<logs>/table-{TABLE}.log",
        benchmark:
            f"<benchmarks>/table-{TABLE}.tsv"
        conda:
            "../../envs/awe.yaml"
        params:
            table=TABLE,
            options=fixed(to_json(TABLES.get(TABLE, {}))),
            plan=fixed(PLAN),
            results=subpath(output[0], ancestor=2),
            stem=subpath(output.csv, strip_suffix=".csv"),
            code=code("commands.table", f"report.tables.{TABLE}"),
        shell:
            "awe table --table {params.table} --options {params.options:q} --results {params.results:q}"
            " --plan {params.plan:q} --output-stem {params.stem:q} 2>&1 | tee {log:q}"


rule explorer:
    input:
        evaluated(),
    output:
        report(
            "<report>/explorer.html",
            caption="../report/explorer.rst",
            category="Explorer",
            labels={"page": "Maps, neighbours and recordings"},
        ),
    log:
        "<logs>/explorer.log",
    benchmark:
        "<benchmarks>/explorer.tsv"
    conda:
        "../../envs/awe.yaml"
    resources:
        mem_mb=growing(4000),
        runtime=growing(60),
    params:
        options=fixed(to_json(EXPERIMENT.explorer)),
        plan=fixed(PLAN),
        results=subpath(output[0], ancestor=2),
        audio=fixed(audio_folders()),
        code=code("commands.explorer"),
    shell:
        "awe explorer --results {params.results:q} --plan {params.plan:q} --options {params.options:q}"
        " {params.audio:q} --output {output:q} 2>&1 | tee {log:q}"


rule alignment_quality:
    input:
        aligned(),
        audio=all_made_audio(),
    output:
        page=report(
            "<report>/alignment_quality.html",
            caption="../report/alignment_quality.rst",
            category="Alignment",
            labels={"page": "Words lost, durations, the worst words"},
        ),
        speakers=report(
            "<report>/alignment_quality.csv",
            caption="../report/alignment_quality.rst",
            category="Alignment",
            labels={"page": "Words found and lost by speaker"},
        ),
        phones="<report>/alignment_phones.csv",
        suspicious="<report>/alignment_suspicious.csv",
    log:
        "<logs>/alignment-quality.log",
    benchmark:
        "<benchmarks>/alignment-quality.tsv"
    conda:
        "../../envs/awe.yaml"
    resources:
        mem_mb=growing(4000),
        runtime=growing(60),
    params:
        plan=fixed(PLAN),
        results=subpath(output.page, ancestor=2),
        audio=fixed(audio_folders()),
        code=code("commands.alignment_quality"),
    shell:
        "awe alignment-quality --results {params.results:q} --plan {params.plan:q} {params.audio:q}"
        " --output {output.page:q} --speakers {output.speakers:q} --phones {output.phones:q}"
        " --suspicious {output.suspicious:q} 2>&1 | tee {log:q}"


rule summary:
    input:
        evaluated(),
    output:
        "<report>/scores.csv",
        "<report>/claims.csv",
        "<report>/answers.csv",
        summary="<report>/summary.md",
        scores=report(
            "<report>/scores.html",
            caption="../report/scores.rst",
            category="Tables",
            labels={"table": "All test scores"},
        ),
        answers=report(
            "<report>/answers.html",
            caption="../report/answers.rst",
            category="Tables",
            labels={"table": "The paper's claim, answered"},
        ),
        claims=report(
            "<report>/claims.html",
            caption="../report/claims.rst",
            category="Tables",
            labels={"table": "Form + meaning against every other setting"},
        ),
    log:
        "<logs>/summary.log",
    benchmark:
        "<benchmarks>/summary.tsv"
    conda:
        "../../envs/awe.yaml"
    params:
        plan=fixed(PLAN),
        results=subpath(output[0], ancestor=2),
        notes=fixed([f"--note={note}" for note in EXPERIMENT.notes]),
        figures=fixed(FIGURE_FLAGS),
        folder=subpath(output.summary, parent=True),
        options=fixed(claim_options()),
        code=code("commands.summary", *FIGURE_CODE),
    shell:
        "awe summary --results {params.results:q} --plan {params.plan:q} --options {params.options:q} {params.notes:q}"
        " {params.figures:q} --output-folder {params.folder:q} 2>&1 | tee {log:q}"


rule overview:
    input:
        evaluated(),
        record="<experiment>/provenance.json",
        claims="<report>/claims.csv",
        pictures=pictures(),
    output:
        report(
            "<report>/overview.html",
            caption="../report/overview.rst",
            category="At a glance",
            labels={"page": "What was run, with which result"},
        ),
    log:
        "<logs>/overview.log",
    benchmark:
        "<benchmarks>/overview.tsv"
    conda:
        "../../envs/awe.yaml"
    params:
        plan=fixed(PLAN),
        results=subpath(input.record, parent=True),
        notes=fixed([f"--note={note}" for note in EXPERIMENT.notes]),
        figures=fixed(FIGURE_FLAGS),
        reference=fixed(EXPERIMENT.claims.reference),
        code=code("commands.overview", *FIGURE_CODE),
    shell:
        "awe overview --results {params.results:q} --plan {params.plan:q} {params.notes:q} --reference {params.reference}"
        " {params.figures:q} --claims {input.claims:q} --pictures {input.pictures:q} --output {output:q} 2>&1 | tee {log:q}"


rule provenance:
    input:
        evaluated(),
        tables=expand(
            "<experiment>/{language}/tables.json", language=EXPERIMENT.languages
        ),
    output:
        report(
            "<experiment>/provenance.json",
            caption="../report/provenance.rst",
            category="Provenance",
            labels={"record": "Configuration, versions and hashes of every file"},
        ),
    log:
        "<logs>/provenance.log",
    benchmark:
        "<benchmarks>/provenance.tsv"
    conda:
        "../../envs/awe.yaml"
    params:
        config=fixed(to_json(EXPERIMENT)),
        results=subpath(output[0], parent=True),
        code=code("commands.provenance"),
    shell:
        "awe provenance --config {params.config:q} --results {params.results:q} --output {output:q} 2>&1 | tee {log:q}"
