package io.latentry.core.verdict;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;

/**
 * A connected area of an image that is stranger than a level.
 *
 * @param x pixels from the left to the box that holds it
 * @param y pixels from the top
 * @param width of the box, pixels
 * @param height likewise
 * @param area pixels
 * @param peak the highest heat within
 */
public record Region(int x, int y, int width, int height, int area, double peak) {
  private static final int[] DOWN = {-1, 0, 0, 1, -1, -1, 1, 1};
  private static final int[] RIGHT = {0, -1, 1, 0, -1, 1, -1, 1};

  /** Areas by pixel, each a number from 1 on; 0 is none. */
  public record Labels(int[] byPixel, int count) {}

  /**
   * The areas whose heat is above {@code level}, strongest peak first; pixels are neighbours by
   * their sides.
   *
   * @param heat {@code float[height * width]}
   */
  public static List<Region> above(float[] heat, int height, int width, double level) {
    boolean[] within = new boolean[heat.length];
    for (int i = 0; i < heat.length; i++) {
      within[i] = heat[i] > level;
    }
    Labels labels = labels(within, height, width, false);
    int[] left = new int[labels.count()];
    int[] top = new int[labels.count()];
    int[] right = new int[labels.count()];
    int[] bottom = new int[labels.count()];
    int[] area = new int[labels.count()];
    double[] peak = new double[labels.count()];
    for (int i = 0; i < heat.length; i++) {
      int own = labels.byPixel()[i] - 1;
      if (own < 0) {
        continue;
      }
      int x = i % width;
      int y = i / width;
      boolean first = area[own]++ == 0;
      left[own] = first ? x : Math.min(left[own], x);
      right[own] = first ? x : Math.max(right[own], x);
      top[own] = first ? y : top[own];
      bottom[own] = y;
      peak[own] = first ? heat[i] : Math.max(peak[own], heat[i]);
    }
    List<Region> regions = new ArrayList<>();
    for (int own = 0; own < labels.count(); own++) {
      regions.add(
          new Region(
              left[own],
              top[own],
              right[own] - left[own] + 1,
              bottom[own] - top[own] + 1,
              area[own],
              peak[own]));
    }
    regions.sort(
        Comparator.comparingDouble(Region::peak)
            .thenComparing(Region::area)
            .reversed()
            .thenComparing(Region::y)
            .thenComparing(Region::x));
    return regions;
  }

  /**
   * Which pixels belong together.
   *
   * @param within {@code boolean[height * width]}
   * @param corners whether pixels that touch at a corner are neighbours too
   */
  public static Labels labels(boolean[] within, int height, int width, boolean corners) {
    int[] byPixel = new int[within.length];
    int count = 0;
    Deque<Integer> open = new ArrayDeque<>();
    for (int start = 0; start < within.length; start++) {
      if (!within[start] || byPixel[start] != 0) {
        continue;
      }
      byPixel[start] = ++count;
      open.push(start);
      while (!open.isEmpty()) {
        int at = open.pop();
        for (int k = 0; k < (corners ? DOWN.length : DOWN.length / 2); k++) {
          int y = at / width + DOWN[k];
          int x = at % width + RIGHT[k];
          int next = y * width + x;
          if (y >= 0 && y < height && x >= 0 && x < width && within[next] && byPixel[next] == 0) {
            byPixel[next] = count;
            open.push(next);
          }
        }
      }
    }
    return new Labels(byPixel, count);
  }

  /** The same region of the same image at another size: the box holds what it held. */
  public Region scaled(int fromHeight, int fromWidth, int toHeight, int toWidth) {
    int left = Math.floorDiv(x * toWidth, fromWidth);
    int top = Math.floorDiv(y * toHeight, fromHeight);
    int right = -Math.floorDiv(-(x + width) * toWidth, fromWidth);
    int bottom = -Math.floorDiv(-(y + height) * toHeight, fromHeight);
    double share = (double) toHeight * toWidth / ((double) fromHeight * fromWidth);
    return new Region(
        left, top, right - left, bottom - top, (int) Math.max(1, Math.round(area * share)), peak);
  }
}
