import io.latentry.core.data.Rows;
import io.latentry.core.verdict.Judgement;
import io.latentry.scoring.Scorer;
import java.nio.file.Path;

/** Judges one row with a fitted model: {@code ScoreOneRow MODEL.onnx}. */
public final class ScoreOneRow {
  private ScoreOneRow() {}

  public static void main(String[] arguments) {
    // readme: start
    try (Scorer scorer = Scorer.open(Path.of(arguments[0]))) {
      Rows rows = scorer.probes().rows().stream()
          .map(p -> Rows.of(scorer.manifest().schema(), 1, p.numeric(), p.categorical()))
          .findFirst().orElseThrow();
      Judgement judgement = scorer.judge(rows).get(0);
      System.out.println(judgement.verdict() + " " + judgement.score() + " " + judgement.reason());
    }
    // readme: end
  }
}
