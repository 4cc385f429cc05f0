// The four categories, always all of them on the page: their words give way to their room, never a tile.
pragma ComponentBehavior: Bound
import QtQuick
import "../theme"
import "../controls"

Screen {
    id: screen
    readonly property int across: Theme.portrait ? 1 : Theme.roomy && !Theme.lowReach ? 4 : 2
    readonly property int rows: 4 / across
    readonly property int gap: Theme.px(Theme.low ? 20 : 24)
    // How far the tiles lie over the hero.
    readonly property int overlap: Theme.light && !Theme.lowReach ? Theme.px(across === 4 ? 112 : 60) : 0
    readonly property int below: Theme.space(Theme.low ? 1 : 2)

    Hero {
        id: hero
        width: parent.width
        height: Math.max(Theme.px(screen.across === 4 ? 392 : Theme.portrait ? 330 : 0),
                         wordsBottom + screen.overlap + Theme.px(screen.overlap ? 28 : 16) + Theme.stripeHeight,
                         Theme.reachTop - Theme.headerHeight)
        drawing: screen.across === 4 || Theme.portrait
        title: screen.shown.title
        text: Theme.textSize < 2 ? screen.shown.text : ""
    }
    Grid {
        id: grid
        x: Theme.margin
        y: hero.height - screen.overlap + (screen.overlap ? 0 : Theme.space(1))
        columns: screen.across
        columnSpacing: Theme.gutter
        rowSpacing: screen.gap

        readonly property int each: Math.floor((screen.width - 2 * x - (screen.across - 1) * Theme.gutter) / screen.across)
        readonly property int tall: Math.floor((screen.height - y - screen.below - (screen.rows - 1) * screen.gap) / screen.rows)
        // How far their words give way (Tile.qml).
        property int steps: 0
        property bool fitting: false

        // Tried one after the other, not bound: what gives way changes the height that it hangs on. All tiles alike.
        function fit() {
            fitting = true;
            for (let step = Theme.textSize > 2 ? 1 : 0; step <= Theme.textSize + 4; ++step) {
                steps = step;
                if (Math.max(...tiles.map(tile => tile.implicitHeight)) <= tall)
                    break;
            }
            fitting = false;
        }
        readonly property var tiles: children.filter(child => child instanceof Tile)
        onTilesChanged: Qt.callLater(fit)
        onTallChanged: Qt.callLater(fit)
        onEachChanged: Qt.callLater(fit)

        Repeater {
            model: screen.shown.tiles
            Tile {
                required property var modelData
                objectName: "tile_" + modelData.category
                width: grid.each
                height: grid.tall
                flat: screen.across < 4
                steps: grid.steps
                title: modelData.title
                text: modelData.note
                icon: modelData.icon
                status: modelData.status
                asleep: modelData.asleep
                colour: Theme.category(modelData.category)
                onImplicitHeightChanged: if (!grid.fitting)
                    Qt.callLater(grid.fit)
                onPressed: screen.stage.openCategory(modelData.category)
            }
        }
    }
}
