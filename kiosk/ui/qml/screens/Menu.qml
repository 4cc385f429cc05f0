// The four categories.
pragma ComponentBehavior: Bound
import QtQuick
import "../theme"
import "../controls"

Screen {
    id: screen
    readonly property int across: Theme.portrait || Theme.crowded ? 1 : Theme.roomy && !Theme.lowReach ? 4 : 2
    readonly property int overlap: Theme.light && !Theme.portrait && across === 4 ? Theme.px(112)
                                   : Theme.light ? Theme.px(60) : 0

    Hero {
        id: hero
        width: parent.width
        // As tall as it looks well, as long as the tiles have their room below; never over its own words.
        readonly property int fair: Theme.px(screen.across === 4 ? 392 : Theme.portrait ? 330 : 0)
        readonly property int spare: screen.height - grid.wanted + screen.overlap - (screen.overlap ? 0 : Theme.space(2))
        height: Math.max(Math.min(fair, spare),
                         wordsBottom + screen.overlap + Theme.px(screen.overlap ? 28 : 16) + Theme.stripeHeight,
                         Theme.reachTop - Theme.headerHeight + screen.overlap)
        drawing: screen.across === 4 || Theme.portrait
        title: screen.shown.title
        text: screen.shown.text
    }
    Pages {
        id: pages
        x: Theme.margin
        y: hero.height - screen.overlap - (screen.overlap ? 0 : -Theme.space(2))
        width: parent.width - 2 * Theme.margin
        height: parent.height - y

        Grid {
            id: grid
            readonly property int rows_: Math.ceil(4 / screen.across)
            readonly property int each: Math.floor((pages.contentWidth - (screen.across - 1) * columnSpacing) / screen.across)
            readonly property int tall: Math.floor((pages.height - Theme.space(3) - (rows_ - 1) * rowSpacing) / rows_)
            property int tallest: 0
            readonly property int wanted: rows_ * tallest + (rows_ - 1) * rowSpacing + bottomPadding
            // All tiles are as tall as the tallest; measured anew when any of them changes.
            function measure() {
                tallest = Math.max(...children.map(each => each.implicitHeight));
            }
            columns: screen.across
            columnSpacing: Theme.gutter
            rowSpacing: Theme.px(24)
            bottomPadding: Theme.space(1)
            Component.onCompleted: measure()

            Repeater {
                model: screen.shown.tiles
                Tile {
                    required property var modelData
                    objectName: "tile_" + modelData.category
                    width: grid.each
                    height: Math.max(grid.tallest, grid.tall)
                    onImplicitHeightChanged: Qt.callLater(grid.measure)
                    flat: screen.across < 4
                    title: modelData.title
                    text: modelData.note
                    icon: modelData.icon
                    badge: modelData.badge
                    colour: Theme.category(modelData.category)
                    onPressed: screen.stage.openCategory(modelData.category)
                }
            }
        }
    }
}
