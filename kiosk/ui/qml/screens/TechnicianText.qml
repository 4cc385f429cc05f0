// One setting is typed, on the screen's own keyboard or a real one.
import QtQuick
import "../theme"
import "../controls"

Screen {
    id: screen
    property string typed: shown.value

    onShownChanged: typed = shown.value
    Connections {
        target: screen.stage
        function onTextAsked() {
            screen.stage.enter(screen.typed);
        }
    }

    TwoColumns {
        actions: true
        leftSpan: 3
        rightSpan: 9
        leading: [
            Words {
                width: parent.width
                role: "h2"
                text: screen.shown.title
            },
            Words {
                width: parent.width
                role: "caption"
                color: Theme.muted
                text: screen.shown.text
            }
        ]
        trailing: [
            Field {
                width: parent.width
                label: screen.shown.title
                text: screen.typed
                fault: screen.shown.fault
            },
            Keyboard {
                width: parent.width
                letters: "en"
                onTyped: text => screen.typed += text
                onErase: screen.typed = screen.typed.slice(0, -1)
            }
        ]
    }
}
