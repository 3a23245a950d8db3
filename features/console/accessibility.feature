@browser
Feature: Accessibility of the console

  Background:
    Given Root is an administrator
    And Ada is logged in

  Scenario Outline: <screens>, in light, in dark and on a phone
    Given Root has the console open
    Then axe finds no problem on "<screens>" in light or dark, and all content fits in 1280 and 360 pixels

    Examples:
      | screens                                                                                 |
      | overview, users, users/{id of Ada}, mail?tab=templates                                  |
      | configuration, configuration?tab=overrides, features, audit, audit?event={event user.login} |
      | configuration?key=rateLimit.login.points, configuration?tab=files, roles, mail          |
      | revisions, revisions?show=1, configuration?tab=validate, keys, account                  |

  Scenario: A long reason without spaces
    Given Root has the console open
    When Root changes the configuration:
      """
      {"changes": {"features.newCheckout": true}, "reason": "https://tickets.example.org/OPS-1204?comment=xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"}
      """
    Then axe finds no problem on "features, revisions, configuration?key=features.newCheckout" in light or dark, and all content fits in 1280 and 360 pixels

  Scenario: The login
    When Root opens the page of the console
    Then axe finds no problem on this page

  Scenario: Dialogs
    Given Root has the console open
    When Root opens the screen "Signing keys"
    And Root clicks "Rotate"
    Then axe finds no problem on this page
    When Root opens the address "/users/{id of Ada}"
    And Root clicks "Edit profile"
    And Root enters "not an address" as "Email address"
    And Root clicks "Save"
    Then Root sees "must be an email address"
    And axe finds no problem on this page

  Scenario: The review with an invalid duration
    Given Root has the console open
    When Root puts rateLimit.login.points with the value 20 into the draft
    And Root clicks "Review"
    And Root selects "Other…" as "Confirmation"
    And Root enters "" as "Confirmation: number"
    Then Root sees "must be a number"
    And axe finds no problem on this page

  Scenario: Menus
    Given Root has the console open
    When Root clicks "Appearance"
    Then axe finds no problem on this page
    When Root opens the address "/users"
    And Root clicks "Columns"
    Then axe finds no problem on this page

  Scenario: Blocking a user with the keyboard alone
    When Root logs in on the page of the console with the keyboard
    And Root finds the user Ada with Ctrl-K and the keyboard
    And Root blocks the user with the keyboard
    Then Root sees "blocked"
    And Ada's access token is rejected
