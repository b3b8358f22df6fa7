import io.latentry.client.ClientOptions;
import io.latentry.client.Judgement;
import io.latentry.client.LatentryClient;
import io.latentry.client.ScoreCall;
import io.latentry.client.Verdict;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** Judges the rows of a plain CSV file over HTTP: {@code JudgeOverHttp URL MODEL DATA.csv}. */
public final class JudgeOverHttp {
  public static void main(String[] args) throws Exception {
    String key = System.getenv("LATENTRY_KEY");
    ClientOptions options = ClientOptions.DEFAULTS;
    LatentryClient client =
        LatentryClient.of(URI.create(args[0]), key == null ? options : options.withApiKey(key));

    List<String> lines = Files.readAllLines(Path.of(args[2]));
    String[] names = lines.get(0).split(",", -1);
    List<Map<String, Object>> rows =
        lines.stream().skip(1).map(line -> row(names, line.split(",", -1))).toList();

    ScoreCall call = ScoreCall.ofRows(rows).withExplain(1);
    for (Judgement judgement : client.score(args[1], OptionalInt.empty(), call).judgements()) {
      if (judgement.verdict() == Verdict.ANOMALY) {
        Judgement.Feature why = judgement.features().get(0);
        System.out.printf(
            "row %d: anomaly, score %s: %s is %s (expected: %s)%n",
            judgement.row(), judgement.score(), why.name(), why.actual(), why.expected());
      } else if (judgement.verdict() == Verdict.UNSCORABLE) {
        System.out.printf("row %d: unscorable, %s%n", judgement.row(), judgement.reason());
      }
    }
  }

  private static Map<String, Object> row(String[] names, String[] cells) {
    Map<String, Object> row = new HashMap<>();
    for (int j = 0; j < names.length; j++) {
      row.put(names[j], cells[j]);
    }
    return row;
  }
}
