// A long text in pages of whole lines, turned by two large buttons that stand still. No line is ever cut in half.
import QtQuick
import "../theme"

Item {
    id: reader
    property string title
    property string text
    property int page: 0
    readonly property real line: words.lineCount > 0 ? words.contentHeight / words.lineCount : 1
    readonly property int linesInPage: Math.max(1, Math.floor(frame.height / line))
    readonly property int pages: Math.max(1, Math.ceil(words.lineCount / linesInPage))
    // It pages: part of the text is out of sight.
    readonly property bool needed: pages > 1
    readonly property string where: qsTr("Page %1 of %2").arg(page + 1).arg(pages)

    onPagesChanged: page = Math.min(page, pages - 1)
    onTextChanged: page = 0

    function turn(by) {
        page = Math.max(0, Math.min(pages - 1, page + by));
    }

    Words {
        id: heading
        width: parent.width
        visible: text !== ""
        height: visible ? implicitHeight + Theme.space(2) : 0
        role: "h1"
        text: reader.title
    }
    Card {
        id: paper
        readonly property int padding: Theme.px(40)
        y: heading.height
        width: parent.width
        height: turner.y - Theme.space(2) - y

        Item {
            id: frame
            x: paper.padding
            y: paper.padding
            width: parent.width - 2 * x
            height: parent.height - 2 * y

            Item {
                width: parent.width
                height: Math.ceil(reader.linesInPage * reader.line)
                clip: true
                Words {
                    id: words
                    y: -Math.round(reader.page * reader.linesInPage * reader.line)
                    width: parent.width
                    text: reader.text
                }
            }
        }
    }
    Item {
        id: turner
        y: parent.height - height
        width: parent.width
        height: Math.max(back.height, on.height)

        Button {
            id: back
            objectName: "reader_back"
            icon: "arrow-up"
            iconOnly: turner.tight
            text: qsTr("Page before")
            note: reader.where
            enabled: reader.page > 0
            onPressed: reader.turn(-1)
        }
        Words {
            id: where
            anchors.centerIn: parent
            role: "label"
            color: Theme.muted
            wrapMode: Text.NoWrap
            text: reader.where
            Accessible.role: Accessible.AlertMessage
        }
        Button {
            id: on
            objectName: "reader_on"
            x: parent.width - width
            icon: "arrow-down"
            iconOnly: turner.tight
            text: qsTr("Next page")
            note: reader.where
            enabled: reader.page < reader.pages - 1
            onPressed: reader.turn(1)
        }
        readonly property bool tight: 2 * Math.max(back.wordsWidth, on.wordsWidth) + where.implicitWidth + 2 * Theme.space(2) > width
    }
}
