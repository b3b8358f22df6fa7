package example;

import io.latentry.core.verdict.Judgement;
import io.latentry.model.Model;
import java.util.List;
import java.util.Map;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

@RestController
final class JudgeController {
  private static final int MOST_COLUMNS = 3;

  private final Model model;

  JudgeController(Model model) {
    this.model = model;
  }

  /**
   * @param score null where the row cannot be judged
   * @param why the columns that make an anomaly strange, most first
   */
  record Answer(String verdict, Double score, String reason, List<String> why) {}

  @PostMapping("/judge")
  Answer judge(@RequestBody Map<String, Object> row) {
    Judgement judgement = model.judge(row);
    return switch (judgement.verdict()) {
      case NORMAL -> new Answer("normal", judgement.score(), "", List.of());
      case ANOMALY ->
          new Answer(
              "anomaly",
              judgement.score(),
              judgement.reason(),
              model.explain(row, MOST_COLUMNS).stream()
                  .map(
                      column ->
                          column.name()
                              + " is "
                              + column.actual()
                              + ", expected "
                              + column.expected())
                  .toList());
      case UNSCORABLE -> new Answer("unscorable", null, judgement.reason(), List.of());
    };
  }

  /** A value of a type that no column takes, such as a list. */
  @ExceptionHandler(IllegalArgumentException.class)
  @ResponseStatus(HttpStatus.BAD_REQUEST)
  Map<String, String> refused(IllegalArgumentException wrong) {
    return Map.of("error", wrong.getMessage());
  }
}
