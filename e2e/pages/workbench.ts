import { decodeShare } from '../../workers/scenario/share.ts';
import { expect, type Locator, type Page } from '@playwright/test';

/** A place on the page, CSS pixels. */
interface Point {
  readonly x: number;
  readonly y: number;
}

async function centreOf(locator: Locator): Promise<Point> {
  await locator.scrollIntoViewIfNeeded();
  const box = await locator.boundingBox();
  if (box === null) throw new Error('Nothing is shown there');
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}

/** The whole workbench as a person uses it. Each part below is found by role and label. */
export class Workbench {
  readonly canvas: Locator;
  readonly playback: Locator;
  readonly panels: Locator;
  readonly inspector: Locator;
  readonly palette: Locator;
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
    this.canvas = page.getByRole('application', { name: 'Canvas', exact: true });
    this.playback = page.getByRole('region', { name: 'Playback' });
    this.panels = page.getByRole('region', { name: 'Panels' });
    this.inspector = page.getByRole('complementary', { name: 'Inspector' });
    this.palette = page.getByRole('navigation', { name: 'Things to add' });
  }

  /** Opens the app, or a link to a scenario, and waits until a run is there. */
  async open(fragment = ''): Promise<void> {
    await this.page.goto(fragment === '' ? './' : `./#${fragment}`);
    await expect(this.playback.getByRole('button', { name: /^(Play|Pause)$/ })).toBeEnabled();
  }

  /** A scenario with nothing in it, from the menu. */
  async newScenario(): Promise<void> {
    await this.page.getByRole('button', { name: 'Scenario', exact: true }).click();
    await this.page.getByRole('menuitem', { name: 'New empty scenario' }).click();
    await expect(this.nodes()).toHaveCount(0);
  }

  async showPalette(): Promise<void> {
    if (!(await this.palette.isVisible()))
      await this.page.getByRole('button', { name: 'Palette', exact: true }).click();
    await expect(this.palette).toBeVisible();
  }

  /** In an empty scenario, with the palette: a producer, a broker of that kind, and a consumer, by mouse. */
  async drawLine(broker: string): Promise<void> {
    await this.newScenario();
    await this.showPalette();
    await this.dragFromPalette('Producer', { x: 160, y: 140 });
    await this.dragFromPalette(broker, { x: 480, y: 140 });
    await this.dragFromPalette('Consumer', { x: 900, y: 140 });
    await expect(this.nodes()).toHaveCount(3);
    await this.connect('Producer', broker);
    await this.connect(broker, 'Consumer');
  }

  async showInspector(): Promise<void> {
    if (!(await this.inspector.isVisible()))
      await this.page.getByRole('button', { name: 'Inspector', exact: true }).click();
    await expect(this.inspector).toBeVisible();
  }

  nodes(): Locator {
    return this.canvas.locator('.react-flow__node');
  }

  edges(): Locator {
    return this.canvas.locator('.react-flow__edge');
  }

  /** The node whose accessible name begins with its kind and name. */
  node(title: string): Locator {
    return this.canvas.getByRole('group', { name: new RegExp(`^${title}\\b`) });
  }

  /** Drags from the palette with the mouse; `to` in pixels of the canvas, or onto a node. */
  async dragFromPalette(item: string, to: Point | Locator): Promise<void> {
    const from = await centreOf(this.palette.getByRole('button', { name: item, exact: true }));
    const box = await this.canvas.boundingBox();
    if (box === null) throw new Error('There is no canvas');
    const end = 'x' in to ? { x: box.x + to.x, y: box.y + to.y } : await centreOf(to);
    await this.drag(from, end);
  }

  /** Draws a connection from a node's outgoing port to another's incoming one. */
  async connect(from: string, to: string): Promise<void> {
    const count = await this.edges().count();
    const start = await centreOf(this.node(from).locator('.react-flow__handle.source'));
    const end = await centreOf(this.node(to).locator('.react-flow__handle.target'));
    await this.drag(start, end);
    await expect(this.edges()).toHaveCount(count + 1);
  }

  async drag(from: Point, to: Point): Promise<void> {
    await this.page.mouse.move(from.x, from.y);
    await this.page.mouse.down();
    await this.page.mouse.move((from.x + to.x) / 2, (from.y + to.y) / 2, { steps: 4 });
    await this.page.mouse.move(to.x, to.y, { steps: 4 });
    await this.page.mouse.up();
  }

  async play(): Promise<void> {
    await this.playback.getByRole('button', { name: 'Play', exact: true }).click();
    await expect(this.playback.getByRole('button', { name: 'Pause', exact: true })).toBeVisible();
  }

  async pause(): Promise<void> {
    await this.playback.getByRole('button', { name: 'Pause', exact: true }).click();
    await expect(this.playback.getByRole('button', { name: 'Play', exact: true })).toBeVisible();
  }

  /** Simulated seconds on the clock. */
  async seconds(): Promise<number> {
    const text = await this.playback.getByRole('timer', { name: 'Simulated time' }).innerText();
    return text.split(':').reduce((total, part) => total * 60 + Number(part), 0);
  }

  /** Waits for simulated time, never for the wall's. */
  async runTo(seconds: number): Promise<void> {
    await expect.poll(() => this.seconds(), { timeout: 60_000 }).toBeGreaterThanOrEqual(seconds);
  }

  /** Goes to an exact instant by typing it, and waits until the run is there. */
  async goTo(milliseconds: number): Promise<void> {
    const facts = await this.openFacts();
    await facts.getByRole('textbox', { name: 'Go to' }).fill(`${milliseconds} ms`);
    await this.page.keyboard.press('Enter');
    await expect.poll(() => this.seconds()).toBe(milliseconds / 1000);
    await this.page.keyboard.press('Escape');
  }

  /** Says which branch of the run is shown; not there while there is only one. */
  branchButton(): Locator {
    return this.playback.getByRole('button', { name: /^Branch: / });
  }

  /** Goes over to another branch by its name, and waits until the run is there. */
  async showBranch(name: string): Promise<void> {
    const before = await this.seconds();
    await this.branchButton().click();
    await this.page
      .getByRole('list', { name: 'Branches' })
      .getByRole('button', { name: new RegExp(`^${name}`) })
      .click();
    await this.page.keyboard.press('Escape');
    await expect(this.branchButton()).toHaveAccessibleName(new RegExp(`^Branch: ${name},`));
    await expect.poll(() => this.seconds()).toBe(before);
  }

  /** Digest, events and messages of the run as it stands. */
  async facts(): Promise<{ readonly digest: string; readonly instant: string; readonly messages: string }> {
    const facts = await this.openFacts();
    const read = (name: string): Promise<string> => facts.getByLabel(name, { exact: true }).innerText();
    const found = { digest: await read('Digest'), instant: await read('Instant'), messages: await read('Messages') };
    await this.page.keyboard.press('Escape');
    await expect(facts).toBeHidden();
    return found;
  }

  private async openFacts(): Promise<Locator> {
    await this.playback.getByRole('button', { name: 'Go to an instant' }).click();
    const facts = this.page.getByRole('dialog', { name: 'Go to an instant' });
    await expect(facts).toBeVisible();
    return facts;
  }

  /** The link that the share dialog shows for the instant on the clock. */
  async shareLink(): Promise<string> {
    await this.page.getByRole('button', { name: 'Share', exact: true }).click();
    const dialog = this.page.getByRole('dialog', { name: 'Share' });
    const link = dialog.getByRole('textbox', { name: 'Link' });
    await expect(link).toHaveValue(/#./);
    const value = await link.inputValue();
    await this.page.keyboard.press('Escape');
    await expect(dialog).toBeHidden();
    return value;
  }

  /** The address once it carries a design of `nodes` nodes: it follows what is done by a moment. */
  async addressWith(nodes: number): Promise<string> {
    const nodesInAddress = async (): Promise<number> => {
      const shared = await decodeShare(new URL(this.page.url()).hash.slice(1));
      return shared.ok ? shared.scenario.nodes.length : -1;
    };
    await expect.poll(nodesInAddress).toBe(nodes);
    return this.page.url();
  }

  /** Opens a panel by its tab and returns it. */
  async panel(name: string): Promise<Locator> {
    const panel = this.panels.getByRole('tabpanel', { name });
    if (!(await panel.isVisible())) await this.panels.getByRole('tab', { name }).click();
    await expect(panel).toBeVisible();
    return panel;
  }
}
