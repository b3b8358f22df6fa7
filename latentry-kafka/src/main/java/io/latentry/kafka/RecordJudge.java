package io.latentry.kafka;

import io.latentry.core.artifact.Manifest;
import io.latentry.core.data.DataException;
import io.latentry.core.data.Samples;
import io.latentry.core.graph.Output;
import io.latentry.core.series.SeriesPoints;
import io.latentry.core.series.SeriesSettings;
import io.latentry.core.verdict.Feature;
import io.latentry.core.verdict.Verdict;
import io.latentry.core.verdict.VerdictFields;
import io.latentry.kafka.model.JudgingModel;
import io.latentry.scoring.FeatureReader;
import io.latentry.scoring.Judgements;
import io.latentry.scoring.SeriesScorer;
import io.latentry.scoring.SeriesScorer.PointJudgements;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Gives some records their verdicts: one for each, in their order. Thread-safe. */
final class RecordJudge {
  private final JudgingModel model;
  private final JudgeOptions options;
  private final Set<Output> also;

  /** Fields of the time and the keys; none of a table. */
  private final List<String> place;

  private final List<String> beside;

  /** By field that is kept, what the verdict calls it. */
  private final Map<String, String> keptNames;

  /**
   * @throws DataException if the options ask for what the model has not
   */
  RecordJudge(JudgingModel model, JudgeOptions options) {
    this.model = model;
    this.options = options;
    this.also = options.explain() > 0 ? FeatureReader.outputs(model.scorer().outputs()) : Set.of();
    this.place = place(model.manifest(), options);
    Set<String> all = new LinkedHashSet<>(place);
    all.addAll(options.keep());
    this.beside = List.copyOf(all);
    Set<String> own = new LinkedHashSet<>(VerdictSerde.OWN_NAMES);
    VerdictFields.ofSeries(List.of(), options.explain()).forEach(field -> own.add(field.name()));
    List<String> names = VerdictFields.keptNames(own, options.keep());
    this.keptNames = new LinkedHashMap<>();
    for (int j = 0; j < names.size(); j++) {
      keptNames.put(options.keep().get(j), names.get(j));
    }
  }

  private static List<String> place(Manifest manifest, JudgeOptions options) {
    SeriesSettings settings = manifest.series();
    if (settings == null) {
      if (options.time().isPresent() || !options.keys().isEmpty()) {
        throw new DataException(
            "time, key: "
                + options.time().orElse("")
                + String.join(", ", options.keys())
                + " (expected: neither, since model "
                + manifest.modelId()
                + " judges rows of a table, each by itself)");
      }
      return List.of();
    }
    if (!options.keys().isEmpty() && options.keys().size() != settings.keys().size()) {
      throw new DataException(
          "key: %s (expected: %s)"
              .formatted(
                  String.join(", ", options.keys()),
                  settings.keys().isEmpty()
                      ? "none, since the model has one series and no key"
                      : "the fields that hold "
                          + String.join(", ", settings.keys())
                          + ", the key of the model's series"));
    }
    List<String> place = new ArrayList<>();
    place.add(options.time().orElse(settings.time()));
    place.addAll(options.keys().isEmpty() ? settings.keys() : options.keys());
    return place;
  }

  JudgingModel model() {
    return model;
  }

  /**
   * @param states of keys; null of a table
   */
  List<StreamVerdict> judge(List<PendingRecord> records, @Nullable KeyStates states) {
    Manifest manifest = model.manifest();
    RecordRows read =
        new RecordRows(
            options, manifest.schema(), manifest.reading().cells(), beside, records.size());
    records.forEach(read::add);
    List<StreamVerdict> verdicts = new ArrayList<>(records.size());
    if (model.series().isEmpty() || states == null) {
      Samples rows = read.rows();
      Judgements judgements = model.scorer().judge(rows, also).under(model.threshold(), rows);
      for (int i = 0; i < records.size(); i++) {
        verdicts.add(verdict(records.get(i), read, i, read.fault(i), rows, judgements, null, null));
      }
      return verdicts;
    }
    SeriesScorer series = model.series().get();
    SeriesPoints points =
        SeriesPoints.of(
            series.settings(), manifest.reading().cells(), read.rows(), beside(read, records));
    PointJudgements judged = series.judge(points, states, also, model.threshold());
    states.write();
    for (int i = 0; i < records.size(); i++) {
      verdicts.add(
          verdict(
              records.get(i),
              read,
              i,
              points.rows().fault(i),
              judged.windows(),
              judged.judgements(),
              judged.unsmoothed()[i],
              about(series, judged, i)));
    }
    return verdicts;
  }

  private String[][] beside(RecordRows read, List<PendingRecord> records) {
    return place.stream()
        .map(
            name -> {
              String[] cells = new String[records.size()];
              for (int i = 0; i < cells.length; i++) {
                cells[i] = read.told(i, name).text();
              }
              return cells;
            })
        .toArray(String[][]::new);
  }

  private static @Nullable String about(SeriesScorer series, PointJudgements judged, int i) {
    double time = judged.about()[i];
    return series.delay() == 0 || Double.isNaN(time) ? null : series.settings().clock().words(time);
  }

  private StreamVerdict verdict(
      PendingRecord record,
      RecordRows read,
      int i,
      @Nullable String fault,
      Samples samples,
      Judgements judgements,
      @Nullable Float unsmoothed,
      @Nullable String about) {
    boolean explained = options.explain() > 0 && judgements.verdict(i) != Verdict.UNSCORABLE;
    List<Feature> features =
        explained
            ? model.features().top(samples, judgements.scores(), i, options.explain())
            : List.of();
    Map<String, StreamVerdict.Kept> kept =
        keptNames.entrySet().stream()
            .collect(
                Collectors.toMap(
                    Map.Entry::getValue,
                    name -> read.told(i, name.getKey()),
                    (first, second) -> first,
                    LinkedHashMap::new));
    return new StreamVerdict(
        record.topic(),
        record.partition(),
        record.offset(),
        model.name(),
        judgements.threshold(i),
        judgements.get(i),
        Optional.ofNullable(unsmoothed),
        Optional.ofNullable(about),
        kept,
        features,
        fault == null
            ? Optional.empty()
            : Optional.of(
                new DeadLetter(fault, record.hasValue() ? record.value() : null, record.length())));
  }
}
