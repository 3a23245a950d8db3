Feature: Registration

  Anyone can register while registration is open. Usernames are unique regardless of letter case.

  Scenario: A new user registers
    When Ada registers
    Then Ada's account is created
    And the response does not contain a password or a hash
    And the response header Cache-Control is "no-store"

  Scenario: A new account can be used at once
    When Ada registers
    Then Ada can log in

  Scenario: A registration is audited
    When Ada registers
    Then the audit log has 1 "user.registered" event for this request
    And the audit log does not contain a password

  Scenario: Registering with profile fields
    When Ada registers with:
      | current_goal | "to see it run"               |
      | description  | "Countess.\\n\\tWrites notes." |
    Then Ada's account is created
    And the account has current_goal "to see it run"
    And the account has description "Countess.\n\tWrites notes."

  Scenario: The email of a new account is unverified
    When Ada registers with email "Ada@example.org"
    Then the account has email "Ada@example.org"
    And the account has email_verified false

  Scenario: Two accounts can have the same unverified email
    Given Ada has an account with email "ada@example.org"
    When Grace registers with email "ada@example.org"
    Then Grace's account is created

  Scenario Outline: The username keeps its letter case
    When an anonymous client registers as "<name>"
    Then the account has username "<name>"

    Examples:
      | name            |
      | Ada.Lovelace-1  |
      | 3rd_of_five     |
      | abc             |
      | constructor     |

  Scenario Outline: A username that is taken
    Given Ada has an account
    When an anonymous client registers as "<name>"
    Then the request is rejected with 409 username_taken
    And the audit log has 1 "user.registered" event for this request

    Examples:
      | name |
      | ada  |
      | ADA  |
      | aDa  |

  Scenario: The username of a deleted account stays reserved
    Given Ada's account is deleted
    When an anonymous client registers as "Ada"
    Then the request is rejected with 409 username_taken

  Scenario: Only one of 50 concurrent registrations of a username succeeds
    When 50 clients register "grace" at once in different letter cases
    Then exactly 1 request succeeds and the others are rejected with 409 username_taken

  Scenario: A username that was taken on another instance
    Given a second instance is running
    When Ada registers on the second instance
    And Ada registers
    Then the request is rejected with 409 username_taken
