import io.latentry.ingest.read.DataSource;
import io.latentry.ingest.read.ReadListener;
import io.latentry.ingest.read.ReadOptions;
import io.latentry.ingest.read.RowReader;
import io.latentry.pipeline.Progress;
import io.latentry.pipeline.config.DataConfig;
import io.latentry.pipeline.config.FitConfig;
import io.latentry.pipeline.fit.FitPipeline;
import io.latentry.pipeline.fit.FitRequest;
import io.latentry.scoring.Judgements;
import io.latentry.scoring.Scorer;
import java.nio.file.Path;
import java.util.List;

/** Learns from a table's normal rows, then judges its first thousand rows. */
public final class FitAndJudge {
  private FitAndJudge() {}

  public static void main(String[] arguments) {
    Path data = Path.of(arguments[0]);
    Path model = Path.of(arguments[1]);
    // readme: start
    FitConfig config = FitConfig.DEFAULT.withData(DataConfig.labelled("diagnosis", "benign"));
    new FitPipeline(Progress.QUIET).fit(FitRequest.of(data, config, model));

    try (Scorer scorer = Scorer.open(model);
        DataSource source = DataSource.open(List.of(data.toString()), ReadOptions.DEFAULTS);
        RowReader reader =
            source.rows(scorer.manifest().schema(), List.of(), 1_000, ReadListener.NONE)) {
      Judgements judged = scorer.judge(reader.next().rows());
      for (int row = 0; row < judged.count(); row++) {
        System.out.println(
            judged.verdict(row) + " " + judged.score(row) + " " + judged.pValue(row));
      }
    }
    // readme: end
  }
}
