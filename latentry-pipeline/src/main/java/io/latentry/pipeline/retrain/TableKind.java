package io.latentry.pipeline.retrain;

import io.latentry.core.artifact.ArtifactException;
import io.latentry.core.artifact.Manifest;
import io.latentry.core.data.DataException;
import io.latentry.core.data.Rows;
import io.latentry.core.monitoring.RecordedFields;
import io.latentry.core.preprocessing.NumericScale;
import io.latentry.ingest.read.DataSource;
import io.latentry.ingest.read.ReadOptions;
import io.latentry.ingest.read.StandardInput;
import io.latentry.pipeline.Progress;
import io.latentry.pipeline.config.ConfigFile;
import io.latentry.pipeline.config.FitConfig;
import io.latentry.pipeline.data.TrainingData;
import io.latentry.pipeline.image.ModelData;
import io.latentry.pipeline.retrain.rows.Feedback;
import io.latentry.pipeline.retrain.rows.RecentRows;
import io.latentry.pipeline.retrain.rows.RecentTable;
import io.latentry.scoring.Judgements;
import io.latentry.scoring.Scorer;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;

/** Rows of a table, each judged by itself. */
final class TableKind implements Kind {
  private final RetrainRequest request;
  private final Scorer champion;
  private final List<NumericScale> scales;
  private final Progress listener;
  private final List<String> columns;

  TableKind(RetrainRequest request, Scorer champion, Progress listener) {
    this.request = request;
    this.champion = champion;
    this.listener = listener;
    ModelData.requireTable(champion.manifest(), request.data());
    List<NumericScale> own = champion.manifest().scales();
    if (own == null) {
      throw new ArtifactException(
          "%s: fitted before models kept the scales of their columns (expected: a model that a retraining can go on from); fit it anew once"
              .formatted(request.champion()));
    }
    this.scales = own;
    this.columns = columns(request.data(), champion.manifest(), request.input());
  }

  /** Of the data, as the model reads them. */
  static List<String> columns(List<String> data, Manifest manifest, StandardInput input) {
    try (DataSource source = DataSource.open(data, ReadOptions.asFitted(manifest), input)) {
      return source.columnNames();
    }
  }

  /** What was asked for, or the model's own if the data have it. */
  static Optional<String> column(
      Optional<String> asked, Optional<String> own, List<String> columns) {
    return asked.isPresent() ? asked : own.filter(columns::contains);
  }

  static StandardInput noInput() {
    return StandardInput.streamed(InputStream.nullInputStream());
  }

  @Override
  public Optional<String> time() {
    return column(request.time(), champion.manifest().reading().time(), columns)
        .or(() -> Optional.of(RecordedFields.AT).filter(columns::contains));
  }

  @Override
  public Optional<String> label() {
    return column(request.label(), champion.manifest().reading().label(), columns);
  }

  @Override
  public Optional<String> normal() {
    return request.normal().or(() -> label().flatMap(l -> champion.manifest().reading().normal()));
  }

  @Override
  public RecentRows read(Feedback feedback) {
    return RecentTable.read(
        champion,
        request.data(),
        request.input(),
        new RecentTable.Asked(
            time(),
            label(),
            normal(),
            request.feedbackKey(),
            request.days(),
            Optional.of(feedback),
            sampleRows(),
            tellsCopies()),
        listener);
  }

  /** As many rows as the champion's fit looked at, unless somebody says otherwise. */
  private int sampleRows() {
    return request
        .sampleRows()
        .orElseGet(() -> ConfigFile.resolved(champion.manifest()).data().sampleRows());
  }

  @Override
  public FitConfig config(FitConfig own) {
    return own;
  }

  @Override
  public boolean tellsCopies() {
    return RowChoice.normalsHardlyRepeat(champion.manifest());
  }

  @Override
  public Optional<Function<Rows, float[]>> judge() {
    return Optional.of(this::scores);
  }

  private float[] scores(Rows rows) {
    Judgements judged = champion.judge(rows);
    float[] scores = new float[rows.count()];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = judged.score(i);
    }
    return scores;
  }

  @Override
  public boolean isCleaned() {
    return true;
  }

  @Override
  public int runs(RecentRows recent, Fate[] fates, int usual) {
    return usual;
  }

  @Override
  public void settle(RecentRows recent, Fate[] fates, boolean[] heldOut) {
    // A row shares nothing with another.
  }

  @Override
  public double effect(RecentRows recent, RowChoice choice) {
    return 1;
  }

  @Override
  public Map<String, String> meaningless() {
    return Map.of();
  }

  @Override
  public OldNormals old(int recent, FitConfig config) {
    Manifest manifest = champion.manifest();
    if (request.frozen().isEmpty()) {
      return OldNormals.of(manifest, recent, config.seed());
    }
    Optional<String> label =
        Optional.ofNullable(config.data().label())
            .filter(name -> columns(request.frozen(), manifest, noInput()).contains(name));
    RecentRows frozen =
        RecentTable.read(
            champion,
            request.frozen(),
            noInput(),
            new RecentTable.Asked(
                Optional.empty(),
                label,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                sampleRows(),
                false),
            listener);
    String normal = config.data().normal();
    int[] rows =
        IntStream.range(0, frozen.count())
            .filter(i -> frozen.scorable()[i])
            .filter(i -> label.isEmpty() || frozen.labels()[i].equals(normal))
            .toArray();
    if (rows.length < 2) {
      throw new DataException(
          frozen.source() + ": %d normal rows (expected: normals of old)".formatted(rows.length));
    }
    return OldNormals.of(frozen, rows, recent, config.seed());
  }

  @Override
  public TrainingData data(RecentRows recent, RowChoice choice, OldNormals old, FitConfig config) {
    int[] added = choice.rows(i -> choice.fates()[i] == Fate.ADDED_NORMAL);
    return new RetrainData(
        recent,
        choice,
        champion.manifest(),
        scales,
        old.rehearsed().followedBy(List.of(recent.rows().select(added))),
        IntStream.concat(
                IntStream.of(old.places()), IntStream.of(added).map(i -> (int) recent.place(i)))
            .toArray());
  }

  @Override
  public Contest contest(
      RecentRows recent,
      RowChoice choice,
      OldNormals old,
      Scorer challenger,
      Path file,
      FitConfig config) {
    return new TableContest(
        new TableContest.Side(request.champion(), champion, scales),
        new TableContest.Side(
            file, challenger, Optional.ofNullable(challenger.manifest().scales()).orElseThrow()),
        recent,
        old,
        config.seed());
  }
}
