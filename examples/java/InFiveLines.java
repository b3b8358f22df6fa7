import io.latentry.Latentry;
import io.latentry.core.verdict.Feature;
import io.latentry.core.verdict.Judgement;
import io.latentry.model.Model;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Learns from a table's normal rows, then judges its first row: {@code InFiveLines DATA.csv}. */
public final class InFiveLines {
  private InFiveLines() {}

  public static void main(String[] arguments) throws IOException {
    Path data = Path.of(arguments[0]);
    Map<String, Object> row = firstRow(Files.readAllLines(data));
    // docs: start
    try (Model model =
        Latentry.fit(data).normal("diagnosis", "benign").falseAlarmRate(0.05).train()) {
      Judgement judgement = model.judge(row);
      System.out.println(judgement.verdict() + " " + judgement.score());
      for (Feature why : model.explain(row, 3)) {
        System.out.println(why.name() + " is " + why.actual() + ", expected " + why.expected());
      }
    }
    // docs: end
  }

  private static Map<String, Object> firstRow(List<String> lines) {
    String[] names = lines.get(0).split(",", -1);
    String[] cells = lines.get(1).split(",", -1);
    Map<String, Object> row = new HashMap<>();
    for (int j = 0; j < names.length; j++) {
      row.put(names[j], cells[j]);
    }
    return row;
  }
}
