package io.latentry.server.api.answer;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.latentry.core.data.Column;
import io.latentry.core.data.ColumnType;
import io.latentry.core.data.Samples;
import io.latentry.core.data.Schema;
import io.latentry.core.graph.Output;
import io.latentry.core.series.SeriesSettings;
import io.latentry.core.verdict.Feature;
import io.latentry.core.verdict.Verdict;
import io.latentry.scoring.FeatureReader;
import io.latentry.scoring.Judgements;
import io.latentry.scoring.Scores;
import io.latentry.scoring.SeriesScorer.PointJudgements;
import io.latentry.server.serving.ModelLease;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One JSON document with a judgement for each row; what is not a number is null. */
final class JsonAnswer implements AnswerWriter {
  private static final JsonFactory JSON = new JsonFactory();

  private final JsonGenerator json;
  private final Schema schema;
  private final FeatureReader features;
  private final ScoreOptions options;
  private final @Nullable SeriesSettings series;

  JsonAnswer(OutputStream output, ModelLease lease, ScoreOptions options) throws IOException {
    this.json = JSON.createGenerator(output).disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
    this.schema = lease.manifest().schema();
    this.features = new FeatureReader(lease.manifest());
    this.options = options;
    this.series = lease.manifest().series();
    json.writeStartObject();
    json.writeStringField("model", lease.version().name());
    json.writeNumberField("version", lease.version().version());
    json.writeArrayFieldStart("judgements");
  }

  @Override
  public void write(
      long firstRow, Samples samples, Judgements judged, @Nullable PointJudgements points)
      throws IOException {
    for (int i = 0; i < judged.count(); i++) {
      json.writeStartObject();
      json.writeNumberField("row", firstRow + i);
      number("score", judged.score(i));
      number("p_value", judged.pValue(i));
      json.writeStringField("verdict", judged.verdict(i).word());
      text("reason", judged.reason(i));
      if (points != null) {
        number("unsmoothed_score", points.unsmoothed()[i]);
      }
      if (points != null && series != null && series.delay() > 0) {
        text(JudgedTime.NAME, JudgedTime.words(series, points, i));
      }
      boolean scorable = judged.verdict(i) != Verdict.UNSCORABLE;
      if (options.terms()) {
        number("reconstruction_term", judged.scores().values(Output.RECONSTRUCTION_TERM)[i]);
        number("latent_term", judged.scores().values(Output.LATENT_TERM)[i]);
      }
      if (options.explain() > 0) {
        json.writeArrayFieldStart("features");
        if (scorable) {
          for (Feature feature : features.top(samples, judged.scores(), i, options.explain())) {
            write(feature);
          }
        }
        json.writeEndArray();
      }
      if (options.reconstruct()) {
        if (scorable) {
          reconstruction(judged.scores(), i);
        } else {
          json.writeNullField("reconstruction");
        }
      }
      json.writeEndObject();
    }
  }

  private void write(Feature feature) throws IOException {
    json.writeStartObject();
    json.writeStringField("name", feature.name());
    text("actual", feature.actual());
    text("expected", feature.expected());
    text("normal_range", feature.normalRange());
    number("contribution", (float) feature.contribution());
    number("share", feature.share());
    json.writeEndObject();
  }

  /** What the model expects, in each column's own unit. */
  private void reconstruction(Scores scores, int row) throws IOException {
    int numericCount = schema.numericCount();
    int categoricalCount = schema.categoricalCount();
    json.writeObjectFieldStart("reconstruction");
    for (int j = 0; j < schema.columns().size(); j++) {
      Column column = schema.columns().get(j);
      if (j >= numericCount) {
        if (scores.expectedCategories().length > 0) {
          text(
              column.name(),
              scores.expectedCategories()[row * categoricalCount + j - numericCount]);
        }
      } else if (scores.outputs().contains(Output.RECONSTRUCTION)) {
        float value = scores.values(Output.RECONSTRUCTION)[row * numericCount + j];
        if (column.type() == ColumnType.NUMERIC || !Float.isFinite(value)) {
          number(column, value);
        } else if (column.type() == ColumnType.BOOLEAN) {
          json.writeBooleanField(column.name(), value >= 0.5f);
        } else {
          text(column.name(), FeatureReader.text(column, value));
        }
      }
    }
    json.writeEndObject();
  }

  private void number(Column column, float value) throws IOException {
    if (!Float.isFinite(value)) {
      json.writeNullField(column.name());
    } else if (column.offset() == null) {
      json.writeNumberField(column.name(), value);
    } else {
      json.writeNumberField(column.name(), column.inOwnUnit(value));
    }
  }

  private void number(String name, float value) throws IOException {
    if (Float.isFinite(value)) {
      json.writeNumberField(name, value);
    } else {
      json.writeNullField(name);
    }
  }

  private void number(String name, double value) throws IOException {
    if (Double.isFinite(value)) {
      json.writeNumberField(name, value);
    } else {
      json.writeNullField(name);
    }
  }

  private void text(String name, String value) throws IOException {
    if (value.isEmpty()) {
      json.writeNullField(name);
    } else {
      json.writeStringField(name, value);
    }
  }

  @Override
  public void flush() throws IOException {
    json.flush();
  }

  @Override
  public void finish(List<String> notices) throws IOException {
    json.writeEndArray();
    json.writeArrayFieldStart("notices");
    for (String notice : notices) {
      json.writeString(notice);
    }
    json.writeEndArray();
    json.writeEndObject();
    json.close();
  }
}
