package io.latentry.training.model.architecture;

import io.latentry.core.graph.Ops;
import io.latentry.core.preprocessing.Eye;
import io.latentry.core.preprocessing.Grid;
import io.latentry.core.preprocessing.PixelMap;
import io.latentry.core.preprocessing.Resizing;
import io.latentry.training.model.layer.Parameter;
import io.latentry.training.model.layer.Weights;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The likelihood of pixels, each given the code by itself, and beside it what pixels by themselves
 * do not tell: whether the structure around a pixel is that of the expectation ({@code ssim}), and
 * whether a fixed network sees the same in both ({@code perceptual}). A blurred expectation costs
 * little by pixels, and much by these. They are energies, whose normalising constant is left out.
 *
 * @see <a href="https://doi.org/10.1109/TIP.2003.819861">Wang et al. 2004, structural
 *     similarity</a>
 * @see <a href="https://arxiv.org/abs/1610.00291">Hou et al. 2017, deep feature consistent VAE</a>
 */
final class ImageLikelihood implements Likelihood {
  /** Constants of structural similarity for brightness from 0 to 1. */
  private static final float OF_MEANS = 0.01f * 0.01f;

  private static final float OF_VARIANCES = 0.03f * 0.03f;

  /** Pixels to each side that make up the structure around one. */
  private static final int AROUND = 3;

  private final PixelMap map;
  private final MixedLikelihood pixels;
  private final float ssim;
  private final float perceptual;
  private final @Nullable Eye eye;
  private final Resizing around;
  private final @Nullable Resizing toPixels;
  private final float[] shares;

  ImageLikelihood(
      PixelMap map, MixedLikelihood pixels, double ssim, double perceptual, @Nullable Eye eye) {
    this.map = map;
    this.pixels = pixels;
    this.ssim = (float) ssim;
    this.perceptual = (float) perceptual;
    this.eye = eye;
    int height = map.spec().height();
    int width = map.spec().width();
    this.around = Resizing.blur(height, width, AROUND);
    if (eye == null) {
      toPixels = null;
    } else {
      Grid grid = eye.grid(map.spec());
      toPixels =
          Resizing.of(
              /* height= */ grid.rows(),
              /* width= */ grid.columns(),
              /* rows= */ height,
              /* columns= */ width);
    }
    shares = new float[map.spec().channels()];
    // A nat of a pixel is shared by its channels.
    Arrays.fill(shares, 1f / shares.length);
  }

  @Override
  public List<Parameter> parameters() {
    return pixels.parameters();
  }

  @Override
  public <T> T negativeLogLikelihood(
      Ops<T> ops, Weights<T> weights, T decoded, T x, @Nullable T observed) {
    T nats = pixels.negativeLogLikelihood(ops, weights, decoded, x, observed);
    if (ssim == 0 && eye == null) {
      return nats;
    }
    T expected = map.image(ops, mean(ops, decoded));
    T given = map.image(ops, x);
    if (ssim > 0) {
      nats = ops.add(nats, byPixel(ops, dissimilarity(ops, expected, given), ssim));
    }
    if (eye != null && toPixels != null) {
      T unlike = unlike(ops, eye, toPixels, expected, given);
      nats = ops.add(nats, byPixel(ops, unlike, perceptual));
    }
    return nats;
  }

  @Override
  public <T> T mean(Ops<T> ops, T decoded) {
    return pixels.mean(ops, decoded);
  }

  /** {@code [members, batch, values]} of {@code [batch, channels, height, width]}. */
  private <T> T byPixel(Ops<T> ops, T image, float weight) {
    T flat = ops.reshape(image, -1, map.spec().values());
    return ops.unsqueeze(ops.mul(flat, ops.scalar(weight)), 0);
  }

  /**
   * {@code (1 - SSIM) / 2} around each pixel, over squares of seven, of each channel its share.
   *
   * @return {@code [batch, channels, height, width]}; 0 to 1 for a pixel
   */
  private <T> T dissimilarity(Ops<T> ops, T a, T b) {
    T meanA = around.apply(ops, a);
    T meanB = around.apply(ops, b);
    T product = ops.mul(meanA, meanB);
    T squares = ops.add(ops.square(meanA), ops.square(meanB));
    T covariance = ops.sub(around.apply(ops, ops.mul(a, b)), product);
    T variances = ops.sub(around.apply(ops, ops.add(ops.square(a), ops.square(b))), squares);
    T above =
        ops.mul(
            ops.add(ops.mul(product, ops.scalar(2)), ops.scalar(OF_MEANS)),
            ops.add(ops.mul(covariance, ops.scalar(2)), ops.scalar(OF_VARIANCES)));
    T below =
        ops.mul(
            ops.add(squares, ops.scalar(OF_MEANS)),
            ops.add(ops.relu(variances), ops.scalar(OF_VARIANCES)));
    T each = ops.mul(ops.sub(ops.scalar(1), ops.div(above, below)), ops.scalar(0.5f));
    return ops.mul(each, ops.constant(shares, 1, shares.length, 1, 1));
  }

  /**
   * Half the mean square of what the eye sees otherwise, at the pixels.
   *
   * @return {@code [batch, channels, height, width]}
   */
  private <T> T unlike(Ops<T> ops, Eye through, Resizing toImage, T a, T b) {
    T away = ops.sub(seen(ops, through, a), seen(ops, through, b));
    T byPlace = ops.mul(ops.mean(ops.square(away), -1, false), ops.scalar(0.5f));
    T places = ops.reshape(byPlace, -1, 1, toImage.height(), toImage.width());
    return ops.mul(toImage.apply(ops, places), ops.constant(shares, 1, shares.length, 1, 1));
  }

  private <T> T seen(Ops<T> ops, Eye through, T image) {
    return through.look(ops, map.spec(), ops.clip(image, 0, 1));
  }
}
