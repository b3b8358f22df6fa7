package io.latentry.pipeline.data;

import io.latentry.core.artifact.ImageSettings;
import io.latentry.core.artifact.NetworkSettings;
import io.latentry.core.calibration.CalibrationConfig;
import io.latentry.core.calibration.ThresholdFit;
import io.latentry.core.cell.NumberForm;
import io.latentry.core.data.DataException;
import io.latentry.core.data.ImageSpec;
import io.latentry.core.data.Images;
import io.latentry.core.data.InputSpec;
import io.latentry.core.data.Rows;
import io.latentry.core.data.Samples;
import io.latentry.core.data.Schema;
import io.latentry.core.evaluation.DataSplit;
import io.latentry.core.evaluation.ImagePerturbations;
import io.latentry.core.evaluation.Perturber;
import io.latentry.core.evaluation.SplitConfig;
import io.latentry.core.preprocessing.Block;
import io.latentry.core.preprocessing.Eye;
import io.latentry.core.preprocessing.FrozenNetwork;
import io.latentry.core.preprocessing.ImagePreprocessor;
import io.latentry.core.preprocessing.PixelPreprocessor;
import io.latentry.core.preprocessing.Preprocessor;
import io.latentry.core.tile.Tiling;
import io.latentry.ingest.image.ImageDecoder;
import io.latentry.ingest.image.ImageFile;
import io.latentry.ingest.image.ImageLayout;
import io.latentry.ingest.image.ImageReading;
import io.latentry.ingest.image.ImageSource;
import io.latentry.pipeline.Progress;
import io.latentry.pipeline.config.DataConfig;
import io.latentry.pipeline.config.ImageConfig;
import io.latentry.pipeline.config.NetworkConfig;
import io.latentry.pipeline.network.NetworkFile;
import io.latentry.pipeline.network.OnnxNetwork;
import io.latentry.training.engine.PreparedSamples;
import io.latentry.training.image.ImageAugmentation;
import io.latentry.training.image.ImageLook;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Images in memory, as a fit learns from them: decoded, resized and looked at once. */
public final class ImageData implements TrainingData {
  /** Images whose size and colours settle those of all. */
  private static final int LOOKED_AT_FOR_SIZE = 200;

  /** What a look at all images may take in memory, bytes; more are looked at anew each time. */
  private static final long MOST_LOOK_BYTES = 1L << 30;

  /** Values of all images that train by their pixels: 1.6 GB as they train. */
  private static final long MOST_PIXELS = 400_000_000;

  /** Tiles that train; more places are never looked at. */
  private static final int MOST_TILES = 2_000;

  /** Images in tiles stay whole in memory: a third of it at most. */
  private static final long MOST_WHOLE_BYTES = Runtime.getRuntime().maxMemory() / 3;

  /** Images of other folders that a report looks at; more would tell it nothing new. */
  private static final int MOST_OTHERS = 2_000;

  /** The same copies for every fit, so that seeds differ by what is learned of them. */
  private static final long ALTERATIONS_SEED = 0x1f83d9abfb41bd6bL;

  /** Likewise the same tiles. */
  private static final long TILES_SEED = 0x5be0cd19137e2179L;

  private static final long GOLDEN = 0x9e3779b97f4a7c15L;

  /** What sees places. */
  private static final String PLACES = "efficientnet_lite0";

  private static final Schema NO_COLUMNS = new Schema(List.of(), List.of());

  private final ImageSettings settings;
  private final Eye eye;
  private final ImageConfig asked;
  private final List<String> files;
  private final String digest;

  /** Normal images that could be read. */
  private final Images normals;

  /** What a model takes of them: as many tiles of each, or these. */
  private final Images taken;

  /** An altered copy of each that is taken, if any is asked for. */
  private final Optional<Images> altered;

  /** The place of each among the files. */
  private final int[] places;

  /** How many of the last of the normal images calibrate and never train. */
  private final int spared;

  /** Where the others are read from, if anybody wants to look at them. */
  private final List<String> patterns;

  private final int[] other;

  /** Normal images and others, those that could not be read among them. */
  private final long read;

  private final boolean labelled;

  private ImageData(
      ImageSettings settings,
      Eye eye,
      ImageConfig asked,
      ImageSource source,
      Images normals,
      int[] places,
      int spared,
      List<String> patterns,
      int[] other,
      long read) {
    this.settings = settings;
    this.eye = eye;
    this.asked = asked;
    this.files = source.names();
    this.digest = source.digest();
    this.normals = normals;
    this.taken = taken(eye, asked, normals);
    this.altered = altered(eye, asked, taken);
    this.places = places;
    this.spared = spared;
    this.patterns = List.copyOf(patterns);
    this.other = other;
    this.read = read;
    this.labelled = other.length > 0;
  }

  /**
   * Reads the images of a folder, an archive or single files.
   *
   * @throws DataException if there are none, or none that can be read
   */
  public static ImageData read(List<String> patterns, DataConfig config, Progress listener) {
    requireNoColumns(config);
    try (ImageSource source = ImageSource.open(patterns)) {
      listener.stage("reading " + source.name());
      ImageLayout layout = new ImageLayout(source);
      int[] normal = layout.forFit();
      int[] other = others(layout, source, normal);
      told(source, normal, other).forEach(listener::notice);
      ImageConfig asked = Optional.ofNullable(config.image()).orElse(ImageConfig.DEFAULT);
      Eye eye = eye(asked);
      ImageSettings settings = settled(source, normal, asked, eye);
      listener.notice(
          "images are judged at %d x %d pixels, %s%s"
              .formatted(
                  settings.width(),
                  settings.height(),
                  settings.channels() == 1 ? "in grey" : "in colours",
                  inTiles(settings)));
      requireRoomFor(settings, normal.length);
      Images decoded = ImageReading.read(source, normal, settings);
      int[] readable =
          IntStream.range(0, decoded.count()).filter(i -> decoded.fault(i) == null).toArray();
      if (readable.length < decoded.count()) {
        int first =
            IntStream.range(0, decoded.count())
                .filter(i -> decoded.fault(i) != null)
                .findFirst()
                .orElseThrow();
        listener.notice(
            "%d of %d images cannot be read and are left out, the first: %s: %s"
                .formatted(
                    decoded.count() - readable.length,
                    decoded.count(),
                    source.files().get(normal[first]).path(),
                    decoded.fault(first)));
      }
      if (readable.length == 0) {
        throw new DataException(
            source.name()
                + ": none of "
                + decoded.count()
                + " images can be read (expected: PNG, JPEG, TIFF, WebP, BMP or GIF)");
      }
      twins(decoded, readable, source, normal).ifPresent(listener::notice);
      requireRoom(asked, settings, readable.length);
      listener.stage("looking at " + readable.length + " images");
      return new ImageData(
          settings,
          eye,
          asked,
          source,
          seen(eye, asked, decoded.select(readable)),
          Arrays.stream(readable).map(i -> normal[i]).toArray(),
          0,
          patterns,
          other,
          (long) normal.length + other.length);
    }
  }

  /**
   * Some images, as an earlier model saw them.
   *
   * @param settings of that model
   * @param asked what its config says of images
   * @param taught indices of normal images that can be read
   * @param calibrating likewise of those that calibrate and never train
   */
  public static ImageData read(
      List<String> patterns,
      ImageSettings settings,
      ImageConfig asked,
      int[] taught,
      int[] calibrating,
      Progress listener) {
    try (ImageSource source = ImageSource.open(patterns)) {
      int[] all = IntStream.concat(IntStream.of(taught), IntStream.of(calibrating)).toArray();
      listener.stage("looking at " + all.length + " images");
      Eye eye = eye(asked);
      requireSame(settings, eye.network());
      return new ImageData(
          settings,
          eye,
          asked,
          source,
          seen(eye, asked, ImageReading.read(source, all, settings)),
          all,
          calibrating.length,
          patterns,
          new int[0],
          source.files().size());
    }
  }

  /** What is said of columns can only be meant for a table. */
  private static void requireNoColumns(DataConfig config) {
    String named =
        config.label() != null
            ? "label"
            : config.time() != null
                ? "time"
                : config.series() != null ? "window" : config.clean() ? "clean" : null;
    if (named != null) {
      throw new DataException(
          named
              + ": set (expected: none for images, whose folders say what they are: images below a"
              + " folder named good are normal); leave it out");
    }
  }

  /** Images that are none of the normal ones, where folders say so. */
  private static int[] others(ImageLayout layout, ImageSource source, int[] normal) {
    return IntStream.of(layout.samples())
        .filter(i -> !layout.label(source.files().get(i)).equals(ImageLayout.GOOD))
        .filter(i -> Arrays.binarySearch(normal, i) < 0)
        .toArray();
  }

  private static List<String> told(ImageSource source, int[] normal, int[] other) {
    List<String> told = new ArrayList<>();
    told.add(
        normal.length
            + " images are taken for normal"
            + (other.length == 0
                ? ""
                : ", " + other.length + " of other folders are only looked at afterwards"));
    if (source.passedOver() > 0) {
      told.add(
          source.passedOver() + " files are hidden or no images by their names, and passed over");
    }
    return told;
  }

  private static Optional<ImageDecoder.Header> header(ImageSource source, int file) {
    try {
      return Optional.of(ImageDecoder.header(source.read(file)));
    } catch (IOException unreadable) {
      // The reading of all of them names it.
      return Optional.empty();
    }
  }

  /**
   * What images become in a fit, without the fit.
   *
   * @param normal indices of those that it would learn from
   * @throws DataException if none can be read, or the config is of a table
   */
  public static ImageSettings settings(ImageSource source, int[] normal, DataConfig config) {
    requireNoColumns(config);
    ImageConfig asked = Optional.ofNullable(config.image()).orElse(ImageConfig.DEFAULT);
    ImageSettings settings = settled(source, normal, asked, eye(asked));
    requireRoomFor(settings, normal.length);
    return settings;
  }

  /** The median size and the colours of some of the files, unless they are asked for. */
  private static ImageSettings settled(
      ImageSource source, int[] normal, ImageConfig asked, Eye eye) {
    int step = Math.max(1, normal.length / LOOKED_AT_FOR_SIZE);
    List<ImageDecoder.Header> headers = new ArrayList<>();
    for (int i = 0; i < normal.length; i += step) {
      header(source, normal[i]).filter(header -> header.fault() == null).ifPresent(headers::add);
    }
    if (headers.isEmpty()) {
      throw new DataException(
          source.name()
              + ": none of "
              + normal.length
              + " images can be read (expected: PNG, JPEG, TIFF, WebP, BMP or GIF)");
    }
    int height = median(headers.stream().mapToInt(ImageDecoder.Header::height).toArray());
    int width = median(headers.stream().mapToInt(ImageDecoder.Header::width).toArray());
    int longer = Math.max(height, width);
    boolean pixels = asked.view() == ImageConfig.View.PIXELS;
    int usual =
        asked.tile() != null
            ? Math.max(ImageConfig.LEAST, longer)
            : pixels
                ? ImageConfig.PIXELS
                : Math.max(ImageConfig.LEAST, Math.min(ImageConfig.MOST, longer));
    Integer size = asked.size();
    double scale = (double) (size != null ? size : usual) / longer;
    if (size == null) {
      scale = Math.min(scale, Math.sqrt((double) ImageSpec.MOST_TILED_PIXELS / height / width));
    }
    boolean grey =
        asked.colour() == ImageConfig.Colour.GREY
            || (asked.colour() == ImageConfig.Colour.AUTO
                && headers.stream().allMatch(header -> header.channels() == 1));
    Optional<OnnxNetwork> own = own(eye.network());
    String places = own.map(each -> each.settings().file()).orElse(PLACES);
    ImageSettings settings =
        settings(
                eye,
                asked,
                grey ? 1 : 3,
                height * scale,
                width * scale,
                switch (asked.view()) {
                  case PLACES -> places;
                  case DETAILS -> places + ", details";
                  case PIXELS -> "pixels";
                })
            .through(own.map(OnnxNetwork::settings).orElse(null));
    own.ifPresentOrElse(
        each -> each.requireFits(settings.spec().tile(), eye.enlargement()),
        () -> requireFits(asked.view(), settings.spec().tile()));
    return settings;
  }

  private static void requireFits(ImageConfig.View view, ImageSpec taken) {
    if (taken.height() * taken.width() > view.mostPixels()) {
      throw new DataException(
          "images of %d x %d pixels (expected: at most %,d pixels together); see them smaller, by --image-size, or cut them, by --tile"
              .formatted(taken.width(), taken.height(), view.mostPixels()));
    }
  }

  /** How images are looked at, as {@code asked} says. */
  public static Eye eye(ImageConfig asked) {
    NetworkConfig own = asked.network();
    FrozenNetwork network = own == null ? ImageLook.network() : NetworkFile.read(own);
    return asked.view() == ImageConfig.View.DETAILS ? Eye.close(network) : Eye.of(network);
  }

  private static Optional<OnnxNetwork> own(FrozenNetwork network) {
    return network instanceof OnnxNetwork own ? Optional.of(own) : Optional.empty();
  }

  /** A retraining compares models that see the same. */
  private static void requireSame(ImageSettings settings, FrozenNetwork network) {
    NetworkSettings before = settings.network();
    NetworkSettings now = own(network).map(OnnxNetwork::settings).orElse(null);
    if (!Objects.equals(before, now)) {
      throw new DataException(
          "network: %s (expected: %s, as the model looks through it); give that file, or fit anew"
              .formatted(words(now), words(before)));
    }
  }

  private static String words(@Nullable NetworkSettings network) {
    return network == null
        ? "none of your own"
        : network.file() + " of digest " + network.digest().substring(0, 8);
  }

  /** Cut into tiles, where they are asked for and the image is larger than one. */
  private static ImageSettings settings(
      Eye eye, ImageConfig asked, int channels, double high, double wide, String view) {
    Integer tile = asked.tile();
    int most = tile == null ? ImageSpec.MOST_SIDE : ImageSpec.MOST_TILED_SIDE;
    int height = side(eye, high, most);
    int width = side(eye, wide, most);
    if (tile == null) {
      return new ImageSettings(channels, height, width, view);
    }
    if ((long) height * width > ImageSpec.MOST_TILED_PIXELS) {
      throw new DataException(
          "size: %d, which makes images of %d x %d pixels (expected: at most %,d pixels)"
              .formatted(asked.size(), width, height, ImageSpec.MOST_TILED_PIXELS));
    }
    int side = side(eye, tile, ImageSpec.MOST_SIDE);
    return Math.max(height, width) <= side
        ? new ImageSettings(channels, height, width, view)
        : new ImageSettings(channels, height, width, view, Tiling.of(side, height, width));
  }

  private static int side(Eye eye, double pixels, int most) {
    return Math.min(most, eye.fitting((int) Math.round(pixels)));
  }

  private static int median(int[] values) {
    Arrays.sort(values);
    return values[values.length / 2];
  }

  /** Images that are the same pixel by pixel, of which one may calibrate what the other taught. */
  private static Optional<String> twins(
      Images images, int[] readable, ImageSource source, int[] normal) {
    Map<ByteBuffer, Integer> seen = new HashMap<>();
    int same = 0;
    String example = "";
    for (int i : readable) {
      Integer earlier = seen.putIfAbsent(ByteBuffer.wrap(images.pixels(i)), i);
      if (earlier != null) {
        same++;
        if (example.isEmpty()) {
          List<ImageFile> all = source.files();
          example = all.get(normal[earlier]).path() + " and " + all.get(normal[i]).path();
        }
      }
    }
    return same == 0
        ? Optional.empty()
        : Optional.of(
            same
                + " normal images are the same as another ("
                + example
                + "); the promise on false alarms counts them as if they were new: take one of"
                + " each out");
  }

  private static String inTiles(ImageSettings settings) {
    Tiling tiling = settings.tiling();
    return tiling == null
        ? ""
        : ", in %d tiles of %d x %d"
            .formatted(settings.spec().tiles(), tiling.width(), tiling.height());
  }

  /** Images in tiles are large. */
  private static void requireRoomFor(ImageSettings settings, int images) {
    long bytes = (long) images * settings.spec().values();
    if (settings.tiling() != null && bytes > MOST_WHOLE_BYTES) {
      throw new DataException(
          "%,d images of %d x %d pixels: %,d MB (expected: at most %,d MB in tiles, a third of this process's memory); see them smaller, by --image-size, or learn from fewer"
              .formatted(
                  images,
                  settings.width(),
                  settings.height(),
                  bytes >> 20,
                  MOST_WHOLE_BYTES >> 20));
    }
  }

  /** Pixels are all in memory as they train, several times. */
  private static void requireRoom(ImageConfig asked, ImageSettings settings, int images) {
    if (settings.tiling() != null) {
      return;
    }
    long values = (long) images * settings.spec().values() * (asked.augment().isEmpty() ? 1 : 2);
    if (asked.view() == ImageConfig.View.PIXELS && values > MOST_PIXELS) {
      throw new DataException(
          "%,d images of %d x %d pixels: %,d values (expected: at most %,d with --view pixels); see them smaller, by --image-size, or by places"
              .formatted(images, settings.width(), settings.height(), values, MOST_PIXELS));
    }
  }

  /** Images as a model sees them: looked at, where it sees the places of all of them whole. */
  private static Images seen(Eye eye, ImageConfig asked, Images images) {
    if (asked.view() == ImageConfig.View.PIXELS || images.spec().tiling() != null) {
      return images;
    }
    long bytes = 4L * images.count() * eye.grid(images.spec()).places() * eye.width();
    return bytes > MOST_LOOK_BYTES ? images : ImageLook.of(eye, images, seen -> {});
  }

  @Override
  public InputSpec spec() {
    return settings.spec().tile();
  }

  @Override
  public Optional<ImageSettings> image() {
    return Optional.of(settings);
  }

  @Override
  public Schema schema() {
    return NO_COLUMNS;
  }

  @Override
  public List<String> files() {
    return files;
  }

  @Override
  public String digest() {
    return digest;
  }

  @Override
  public Counts counts() {
    return new Counts(
        read, read, normals.count(), other.length, read - normals.count() - other.length);
  }

  @Override
  public Map<String, NumberForm> numberForms() {
    return Map.of();
  }

  @Override
  public boolean hasLabels() {
    return labelled;
  }

  @Override
  public DataSplit split(SplitConfig config, long seed) {
    if (normals.count() < DataSplit.FEWEST_ROWS) {
      throw new DataException(
          "normal images: %d (expected: at least %d to learn from)"
              .formatted(normals.count(), DataSplit.FEWEST_ROWS));
    }
    int taught = normals.count() - spared;
    return DataSplit.shuffled(taught, config, seed).calibratedBy(taught, spared);
  }

  @Override
  public Images normals(int[] indices) {
    return normals.select(indices);
  }

  @Override
  public Images taken(int[] indices) {
    return taken.select(ofImages(indices));
  }

  /** Places among {@link #taken}. */
  private int[] ofImages(int[] indices) {
    int each = taken.count() / normals.count();
    return IntStream.of(indices)
        .flatMap(image -> IntStream.range(image * each, (image + 1) * each))
        .toArray();
  }

  @Override
  public Images learnedFrom(int[] indices) {
    Images chosen = taken(indices);
    return altered
        .map(copies -> chosen.followedBy(List.of(copies.select(ofImages(indices)))))
        .orElse(chosen);
  }

  /**
   * Tiles of large images, as many of each, drawn from all over it; of others these.
   *
   * @param normals all of them could be read
   */
  private static Images taken(Eye eye, ImageConfig asked, Images normals) {
    ImageSpec spec = normals.spec();
    if (spec.tiling() == null || normals.count() == 0) {
      return normals;
    }
    int room = mostTiles(eye, asked, spec);
    int each = Math.max(1, Math.min(spec.tiles(), room / normals.count()));
    List<Images> tiles = new ArrayList<>();
    for (int i = 0; i < normals.count(); i++) {
      SplittableRandom random = new SplittableRandom(TILES_SEED + GOLDEN * (i + 1));
      int[] drawn = PreparedSamples.draw(spec.tiles(), each, random);
      Arrays.sort(drawn);
      tiles.add(normals.tiles(i, drawn));
    }
    return seen(eye, asked, tiles.get(0).followedBy(tiles.subList(1, tiles.size())));
  }

  /** As many as may stay in memory as they are looked at, or as pixels that train. */
  private static int mostTiles(Eye eye, ImageConfig asked, ImageSpec spec) {
    ImageSpec tile = spec.tile();
    int copies = asked.augment().isEmpty() ? 1 : 2;
    long room =
        asked.view() == ImageConfig.View.PIXELS
            ? MOST_PIXELS / tile.values()
            : MOST_LOOK_BYTES / (4L * eye.grid(tile).places() * eye.width());
    return (int) Math.min(MOST_TILES, room / copies);
  }

  private static Optional<Images> altered(Eye eye, ImageConfig asked, Images normals) {
    if (asked.augment().isEmpty()) {
      return Optional.empty();
    }
    Images copies = new ImageAugmentation(asked.augment()).altered(normals, ALTERATIONS_SEED);
    return Optional.of(seen(eye, asked, copies));
  }

  /** Rows of no columns: of an image nothing has a name. */
  @Override
  public Rows points(int[] indices) {
    return Rows.of(NO_COLUMNS, indices.length, new float[0], new String[0]);
  }

  @Override
  public Preprocessor preprocessor(int[] training) {
    Images images = taken(training);
    if (asked.view() == ImageConfig.View.PIXELS) {
      Block.Kind likelihood =
          asked.likelihood() == ImageConfig.Likelihood.GAUSSIAN
              ? Block.Kind.GAUSSIAN
              : Block.Kind.BERNOULLI;
      return PixelPreprocessor.fit(images.spec(), likelihood, images, Eye.ofDetail(eye.network()));
    }
    return ImagePreprocessor.fit(
        images.spec(),
        eye,
        images.isLookedAt() ? images : ImageLook.of(eye, some(images), s -> {}));
  }

  /** Images for level and spread, where there are too many to look at all. */
  private static Images some(Images images) {
    int step = Math.max(1, images.count() / LOOKED_AT_FOR_SIZE);
    return images.select(IntStream.range(0, images.count() / step).map(i -> i * step).toArray());
  }

  @Override
  public int[] places(int[] indices) {
    return IntStream.of(indices).map(i -> places[i]).toArray();
  }

  @Override
  public double[] novelty(int[] indices) {
    return new double[indices.length];
  }

  @Override
  public Placed others(int most) {
    long room = Math.min(MOST_OTHERS, MOST_WHOLE_BYTES / settings.spec().values());
    int[] some = IntStream.of(other).limit(Math.min(most, room)).toArray();
    try (ImageSource source = ImageSource.open(patterns)) {
      return new Placed(some, ImageReading.read(source, some, settings));
    }
  }

  @Override
  public Perturber perturber(Samples known) {
    Perturber faults = new ImagePerturbations();
    return (images, seed) ->
        seen(eye, asked, (Images) Objects.requireNonNull(faults.perturb(images, seed)));
  }

  @Override
  public ThresholdFit threshold(
      CalibrationConfig config, int[] indices, double[] scores, String modelId) {
    return ThresholdFit.fitImages(config, scores, modelId);
  }
}
