package io.latentry.ingest.image;

import io.latentry.core.data.DataException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * What the folders of images say of them: those below a folder named {@code good} are normal, those
 * below {@code ground_truth} are masks of defects, and any other folder is a kind of defect. The
 * layout of MVTec AD ({@code train/good}, {@code test/good}, {@code test/DEFECT}, {@code
 * ground_truth/DEFECT/STEM_mask.png}) is one of those.
 *
 * @see <a href="https://doi.org/10.1007/s11263-020-01400-4">Bergmann et al. 2021, the MVTec anomaly
 *     detection dataset</a>
 */
public final class ImageLayout {
  /** The folder, and the label, of normal images. */
  public static final String GOOD = "good";

  private static final String MASKS = "ground_truth";
  private static final String TRAIN = "train";
  private static final String TEST = "test";
  private static final int MOST_NAMES = 5;

  private final List<ImageFile> files;
  private final String rootName;
  private final Map<String, Integer> masks = new HashMap<>();

  public ImageLayout(ImageSource source) {
    this(source.files(), source.rootName());
  }

  /**
   * @param rootName of the folder that paths are below; empty if it has none
   */
  public ImageLayout(List<ImageFile> files, String rootName) {
    this.files = List.copyOf(files);
    this.rootName = rootName;
    for (int i = 0; i < files.size(); i++) {
      if (isMask(files.get(i))) {
        masks.put(withoutSuffix(files.get(i).path()), i);
      }
    }
  }

  /** Whether it says where a defect is, and is no sample itself. */
  public boolean isMask(ImageFile file) {
    return folders(file).contains(MASKS);
  }

  /** Indices of all images that are no masks. */
  public int[] samples() {
    return IntStream.range(0, files.size()).filter(i -> !isMask(files.get(i))).toArray();
  }

  /**
   * Indices of the images to judge a model by: without those below {@code train}, if others are.
   */
  public int[] forTest() {
    int[] apart =
        Arrays.stream(samples()).filter(i -> !folders(files.get(i)).contains(TRAIN)).toArray();
    return apart.length > 0 ? apart : samples();
  }

  /**
   * Indices of the images to learn from: those below {@code train/good} if there are any, else
   * those below a folder named {@code good}, else all, if they lie in one folder.
   *
   * @throws DataException if folders differ and none says which images are normal
   */
  public int[] forFit() {
    int[] good = Arrays.stream(samples()).filter(i -> isGood(files.get(i))).toArray();
    int[] train = Arrays.stream(good).filter(i -> isBelowTrain(files.get(i))).toArray();
    if (train.length > 0) {
      return train;
    }
    if (good.length > 0) {
      return good;
    }
    Set<String> places = new TreeSet<>();
    for (int i : samples()) {
      places.add(String.join("/", folders(files.get(i))));
    }
    if (places.size() > 1) {
      throw new DataException(
          "images: in %,d folders, none named '%s' (%s); put those that are normal into one, or name the folder that holds them alone"
              .formatted(places.size(), GOOD, some(places)));
    }
    return samples();
  }

  private static String some(Set<String> names) {
    return String.join(", ", names.stream().limit(MOST_NAMES).toList())
        + (names.size() > MOST_NAMES ? ", ..." : "");
  }

  private boolean isBelowTrain(ImageFile file) {
    List<String> folders = folders(file);
    int good = folders.lastIndexOf(GOOD);
    return folders.subList(0, good).contains(TRAIN);
  }

  private boolean isGood(ImageFile file) {
    return folders(file).contains(GOOD);
  }

  /**
   * {@value #GOOD}, or the name of a kind of defect: the folder below {@code test} or {@code train}
   * where there is one, else the folder that holds the image; empty where that has no name.
   */
  public String label(ImageFile file) {
    if (isGood(file)) {
      return GOOD;
    }
    List<String> folders = folders(file);
    int split = Math.max(folders.lastIndexOf(TEST), folders.lastIndexOf(TRAIN));
    return split >= 0 && split + 1 < folders.size() ? folders.get(split + 1) : file.folder();
  }

  /** The index of the mask that says where the defects of an image are. */
  public Optional<Integer> mask(ImageFile file) {
    List<String> segments = new ArrayList<>(List.of(file.path().split("/", -1)));
    int split = segments.lastIndexOf(TEST);
    if (split < 0 || isMask(file)) {
      return Optional.empty();
    }
    segments.set(split, MASKS);
    String stem = withoutSuffix(String.join("/", segments));
    return Optional.ofNullable(masks.getOrDefault(stem + "_mask", masks.get(stem)));
  }

  /** The names of the folders from the root's own down to the one that holds the image. */
  private List<String> folders(ImageFile file) {
    List<String> segments = new ArrayList<>(List.of(file.path().split("/", -1)));
    segments.remove(segments.size() - 1);
    if (!rootName.isEmpty()) {
      segments.add(0, rootName);
    }
    return segments;
  }

  private static String withoutSuffix(String path) {
    return path.substring(0, path.lastIndexOf('.'));
  }
}
