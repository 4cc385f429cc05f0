// Language, accessibility, help: on every screen; in the header, or in portrait above the footer, within reach.
import QtQuick
import booth
import "../theme"

Row {
    id: tools
    required property Stage stage
    property bool onHeader: true
    // Side by side at their own widths, or spread over the whole width.
    property bool inRow: onHeader
    // Only the language keeps its word: nobody finds their own language behind a sign.
    property bool brief: false
    // The last resort, where even that word does not fit.
    property bool bare: false
    readonly property int languageWidth: inRow ? language.implicitWidth
                                         : Math.max(Math.floor((width - 2 * spacing) / 3), language.implicitWidth)
    readonly property int each: Math.floor((width - 2 * spacing - languageWidth) / 2)

    spacing: Theme.space(1)

    Button {
        id: language
        objectName: "language"
        width: tools.languageWidth
        onHeader: tools.onHeader
        iconOnly: tools.bare
        icon: "world"
        text: tools.stage.nextLanguage
        onPressed: tools.stage.switchLanguage()
    }
    Button {
        objectName: "accessibility"
        width: tools.inRow ? implicitWidth : tools.each
        onHeader: tools.onHeader
        iconOnly: tools.brief
        icon: "person"
        text: qsTr("Accessibility")
        onPressed: tools.stage.openSheet("accessibility")
    }
    Button {
        objectName: "help"
        width: tools.inRow ? implicitWidth : tools.each
        onHeader: tools.onHeader
        iconOnly: tools.brief
        icon: "help"
        text: qsTr("Help")
        onPressed: tools.stage.openSheet("help")
    }
}
