import io.latentry.core.data.RowsBuilder;
import io.latentry.core.series.SeriesPoints;
import io.latentry.core.series.SeriesState;
import io.latentry.scoring.Judgements;
import io.latentry.scoring.Scorer;
import io.latentry.scoring.SeriesScorer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Judges the points of a sensor one by one, as they would come from a queue. */
public final class FollowASeries {
  private FollowASeries() {}

  public static void main(String[] arguments) throws IOException {
    List<String> lines = Files.readAllLines(Path.of(arguments[1]));
    Map<String, byte[]> stored = new HashMap<>();
    try (Scorer scorer = Scorer.open(Path.of(arguments[0]))) {
      SeriesScorer series = SeriesScorer.of(scorer);
      for (String line : lines.subList(1, lines.size())) {
        String[] cells = line.split(",", -1);
        Instant time = Instant.parse(cells[0].replace(' ', 'T') + "Z");
        judge(series, stored, "", time, cells[1]);
      }
    }
  }

  // docs: start
  /**
   * @param stored what each key carries from a point to the next; any store of bytes will do
   */
  private static void judge(
      SeriesScorer series, Map<String, byte[]> stored, String key, Instant time, String value) {
    RowsBuilder point = new RowsBuilder(series.scorer().manifest().schema());
    point.set(point.column("value"), value);
    point.endRow();
    // A clock of instants counts in milliseconds.
    double at = time.toEpochMilli();

    byte[] bytes = stored.get(key);
    SeriesState state = bytes == null ? series.begin() : series.restore(bytes);
    Judgements judged =
        series
            .judge(
                new SeriesPoints(new String[] {key}, new double[] {at}, point.rows()),
                of -> state,
                Set.of())
            .judgements();
    stored.put(key, state.toBytes());

    System.out.println(
        time + " " + judged.verdict(0) + " " + judged.score(0) + " " + judged.get(0).reason());
  }
  // docs: end
}
