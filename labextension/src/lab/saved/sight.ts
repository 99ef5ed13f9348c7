// Notices when an element that is on screen is about to leave it.

/** A view that shows less than this of itself may be blank in part: it draws what is in sight. */
const ENOUGH = 0.8;
/** One scroll is many events, and one look is enough. */
const AT_MOST_EVERY_MS = 1000;

export class Sight {
  private share = 0;
  private lastLook = 0;
  private readonly element: Element;
  private readonly leaves: () => void;
  private readonly observer: IntersectionObserver;

  /**
   * @param leaves - called while what is on screen is still drawn
   */
  constructor(element: Element, leaves: () => void) {
    this.element = element;
    this.leaves = leaves;
    const threshold = Array.from({ length: 11 }, (_, step) => step / 10);
    this.observer = new IntersectionObserver((entries) => this.note(entries), { threshold });
    this.observer.observe(element);
    // The page tells of a scroll before it tells views that they are out of sight.
    window.addEventListener("scroll", this, { capture: true, passive: true });
  }

  /** Whether enough of it is on screen now. */
  get isGood(): boolean {
    return this.share >= ENOUGH;
  }

  end(): void {
    this.observer.disconnect();
    window.removeEventListener("scroll", this, { capture: true });
  }

  handleEvent({ target }: Event): void {
    const inside = target instanceof Node && this.element.contains(target);
    if (this.isGood && !inside) this.look();
  }

  private note(entries: IntersectionObserverEntry[]): void {
    const wasGood = this.isGood;
    const last = entries[entries.length - 1];
    this.share = last?.isIntersecting ? last.intersectionRatio : 0;
    // Without a scroll: another tab came to the front, or the cell above grew.
    if (wasGood && !this.isGood) this.look();
  }

  private look(): void {
    const now = performance.now();
    if (now - this.lastLook < AT_MOST_EVERY_MS) return;
    this.lastLook = now;
    this.leaves();
  }
}
