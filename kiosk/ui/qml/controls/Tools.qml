// Language, accessibility, help: on every screen; in the header, or in portrait above the footer, within reach.
import QtQuick
import booth
import "../theme"

Row {
    id: tools
    required property WindowStage stage
    property bool onHeader: true
    // Side by side at their own widths, or spread over the whole width.
    property bool inRow: onHeader
    // Where the words do not fit beside the icons they stand below them.
    property bool upright: false
    // Only the language keeps its word: nobody finds their own language behind a sign.
    property bool brief: false
    // The last resort, where even that word does not fit.
    property bool bare: false
    // Spread over a given width, each grows by the same: no word touches the edge of its button.
    readonly property int wanted: language.implicitWidth + accessibility.implicitWidth + help.implicitWidth
    readonly property int more: inRow ? 0 : Math.floor((width - 2 * spacing - wanted) / 3)

    spacing: Theme.space(1)

    Button {
        id: language
        objectName: "language"
        width: implicitWidth + tools.more
        onHeader: tools.onHeader
        iconOnly: tools.bare
        upright: tools.upright
        icon: "world"
        text: tools.stage.nextLanguage
        name: tools.stage.languageName
        onPressed: tools.stage.switchLanguage()
    }
    Button {
        id: accessibility
        objectName: "accessibility"
        width: implicitWidth + tools.more
        onHeader: tools.onHeader
        iconOnly: tools.brief
        upright: tools.upright
        icon: "person"
        text: qsTr("Accessibility")
        onPressed: tools.stage.openSheet("accessibility")
    }
    Button {
        id: help
        objectName: "help"
        width: implicitWidth + tools.more
        onHeader: tools.onHeader
        iconOnly: tools.brief
        upright: tools.upright
        icon: "help"
        text: qsTr("Help")
        onPressed: tools.stage.openSheet("help")
    }
}
