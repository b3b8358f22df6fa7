package io.latentry.ingest.write;

import io.latentry.core.verdict.Feature;
import io.latentry.core.verdict.Judgement;
import io.latentry.core.verdict.VerdictFields;
import java.util.List;

/** {@link VerdictFields} as the columns of a score file. */
public final class ScoreColumns {
  private ScoreColumns() {}

  /** As {@link VerdictFields#of} has them. */
  public static List<OutputColumn> of(List<String> keep, int explain) {
    return VerdictFields.of(keep, explain).stream().map(ScoreColumns::column).toList();
  }

  private static OutputColumn column(VerdictFields.Field field) {
    return switch (field.type()) {
      case INTEGER -> OutputColumn.integer(field.name());
      case NUMBER -> OutputColumn.number(field.name());
      case TEXT -> OutputColumn.text(field.name());
    };
  }

  /** Writes one row of those columns, as {@link VerdictFields#write} tells it. */
  public static void write(
      TableSink sink,
      long row,
      Judgement judgement,
      List<String> kept,
      List<Feature> top,
      int explain) {
    VerdictFields.write(sink, row, judgement, kept, top, explain);
    sink.endRow();
  }
}
